#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "engine/core/error.h"
#include "tests/families/small_networks.h"
#include "tests/support/messages.h"
#include "tests/support/temporary_folder.h"
#include "world_model/families/parity.h"

using namespace rv;
using namespace rv::tests;
using namespace rv::world_model::families;

namespace {

void check_case(const std::filesystem::path& folder) {
    const ParityReport report = check_parity(folder);
    MESSAGE(folder.string());
    for (const Difference& stage : report.stages) {
        MESSAGE(stage.stage << ": largest " << stage.largest << ", mean " << stage.mean << ", "
                            << 100 * stage.share_within_one_step << " % within one step");
        CHECK(stage.passed());
    }
    CHECK(report.passed());
    CHECK_FALSE(report.stages.empty());
}

}  // namespace

TEST_CASE("[Parity] Oasis computes what it did when it agreed with its authors' program") {
    check_case(kFamilyCases / "oasis_tiny");
}

TEST_CASE("[Parity] DIAMOND computes what it did when it agreed with its authors' program") {
    check_case(kFamilyCases / "diamond_tiny");
}

TEST_CASE("[Parity] further reference cases, where there are any") {
    const char* folder = std::getenv("REVERIE_REFERENCE_CASES");
    if (!folder) return;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (std::filesystem::exists(entry.path() / "config.json")) check_case(entry.path());
}

TEST_CASE("[Parity] notices a weight that is not the authors'") {
    const TemporaryFolder folder;
    const auto copy = folder / "case";
    std::filesystem::copy(kFamilyCases / "oasis_tiny", copy);
    world_model::Checkpoint changed = world_model::read_checkpoint(copy / "dit.safetensors");
    changed.tensors.at("blocks.1.t_attn.to_out.bias").add_(0.05);
    world_model::write_checkpoint(copy / "dit.safetensors", changed);
    CHECK_FALSE(check_parity(copy).passed());
}

TEST_CASE("[Parity] a folder that is no reference case is refused in one sentence") {
    const TemporaryFolder folder;
    CHECK(contains(message_of([&] { check_parity(folder.path()); }), "is no reference case"));
}
