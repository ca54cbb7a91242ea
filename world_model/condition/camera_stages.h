#pragma once
/// How the camera moves on, as stages; see view_stages.h for what those are.

#include "engine/core/camera_math.h"
#include "world_model/condition/camera_flags.h"
#include "world_model/condition/geometry_buffers.h"
#include "world_model/condition/pose_numbers.h"
#include "world_model/dynamics/motion_code.h"

namespace rv::world_model::camera_stages {

/// Where it goes.
struct Advance {
    CameraBuffers c;
    const float *code, *wanted;
    const int32_t* flags;

    [[nodiscard]] static int size() { return 1; }
    RV_HOST_DEVICE void operator()(int) const {
        const CameraPose here = read_pose(c.pose);
        const CameraPose motion = flags[kFollows] ? seen_from(here, read_pose(wanted)) : believed();
        write_pose(motion, c.motion);
        write_pose(composed(here, motion), c.target);
    }

  private:
    [[nodiscard]] RV_HOST_DEVICE CameraPose believed() const {
        const CameraPose motion = motion_of({{code[0], code[1], code[2]}, {code[3], code[4], code[5]}});
        return flags[kIdle] && stands(motion) ? CameraPose{} : motion;
    }
};

/// The rays of where it goes, seen from where it is.
struct CastRays {
    CameraBuffers c;

    [[nodiscard]] int size() const { return c.grid.width * c.grid.height; }
    RV_HOST_DEVICE void operator()(int cell) const {
        const CameraPose motion = in_motion_units(read_pose(c.motion));
        const Ray ray = ray_through(glm::mat3_cast(motion.orientation), motion.position, c.grid,
                                    cell % c.grid.width, cell / c.grid.width);
        const int N = c.grid.width * c.grid.height;
        for (int i = 0; i < 3; ++i) {
            c.rays[i * N + cell] = ray.direction[i];
            c.rays[(i + 3) * N + cell] = ray.moment[i];
        }
    }
};

/// What the ego head reads of where the camera is and how it came there.
struct Look {
    CameraBuffers c;

    [[nodiscard]] static int size() { return 1; }
    RV_HOST_DEVICE void operator()(int) const {
        const auto [t, r] = code_of(read_pose(c.last_motion));
        const glm::vec3 world_up(c.world_up[0], c.world_up[1], c.world_up[2]);
        const glm::vec3 up = glm::conjugate(read_pose(c.pose).orientation) * world_up;
        for (int i = 0; i < 3; ++i) {
            c.last_code[i] = t[i];
            c.last_code[i + 3] = r[i];
            c.up[i] = up[i];
        }
    }
};

/// It is there.
struct Arrive {
    CameraBuffers c;

    [[nodiscard]] static int size() { return 1; }
    RV_HOST_DEVICE void operator()(int) const {
        write_pose(read_pose(c.target), c.pose);
        write_pose(read_pose(c.motion), c.last_motion);
        ++*c.time;
        Look{c}(0);
    }
};

}  // namespace rv::world_model::camera_stages
