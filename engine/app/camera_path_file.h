#pragma once
/// Camera paths as JSON, in the two forms that other programs read (docs/camera_paths.md): nerfstudio's
/// camera path and instant-ngp's transforms.json. Both have the camera's axes of OpenGL, as CameraPose has,
/// in a world whose z points up; ours is turned into it and back.

#include <filesystem>
#include <string>
#include <string_view>

#include "engine/app/camera_path.h"
#include "engine/app/film_format.h"

namespace rv::app {

enum class CameraPathForm {
    Nerfstudio,  ///< the keys with their times, and the path sampled for whoever only plays it
    InstantNgp,  ///< one camera a frame, as the data set of the film would say
};

struct CameraPathFile {
    CameraPath path;
    FilmFormat format;  ///< as far as the file says; of each that it leaves out 0
};

/// Reads either form; which one, the content says. A transforms.json becomes a key for each frame, in the
/// file's "fps" or else `fps`. @throws FileError with what is wrong.
CameraPathFile read_camera_path(const std::filesystem::path& file, double fps = 15);
CameraPathFile parse_camera_path(std::string_view json, std::string_view name, double fps = 15);

/// @param film complete: nothing is 0. @param fov_y_rad the world's field of view from top to bottom.
std::string to_json(const CameraPath& path, const FilmFormat& film, float fov_y_rad, CameraPathForm form);
/// "transforms.json" is instant-ngp's, whatever its folder; every other name is nerfstudio's.
CameraPathForm form_for(const std::filesystem::path& file);
/// Makes the folder where it is missing. @throws FileError.
void write_camera_path(const std::filesystem::path& file, const CameraPath& path, const FilmFormat& film,
                       float fov_y_rad);

}  // namespace rv::app
