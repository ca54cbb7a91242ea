#include <doctest/doctest.h>

#include <filesystem>

#include "engine/app/resources.h"
#include "engine/app/truth.h"
#include "engine/asset/image.h"

using namespace rv;

TEST_CASE(
    "[Truth] begins with the picture of the bundled world's start frames, and moves when the ego does") {
    const auto info = world_model::read_world_info(app::find_world("village"));
    for (const int start : {0, 3}) {
        const auto truth = app::open_truth(info, start);
        const asset::Image picture =
            asset::load_image(info.folder / ("start_" + std::to_string(start + 1) + ".png"));
        CHECK(app::psnr_db(truth->rgba(), picture.rgba) > 40);
        for (int i = 0; i < 5; ++i) truth->step({.forward = 1, .turn = 1}, "");
        CHECK(app::psnr_db(truth->rgba(), picture.rgba) < 25);
    }
}
