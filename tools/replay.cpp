/// reverie replay: make a session's frames again and compare them bit for bit.

#include "engine/app/replay.h"

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "engine/app/resources.h"
#include "engine/core/log.h"
#include "tools/command.h"

namespace rv::tools {
namespace {

struct Options {
    std::string session, world, record, device;
    int threads = 0;
    bool json = false;
};

void print_json(const app::Session& session, const app::ReplayResult& result) {
    nlohmann::ordered_json json;
    json["identical"] = !result.difference;
    json["frames"] = session.frame_count();
    json["compared"] = result.frames;
    if (const auto& difference = result.difference) {
        json["difference"] = {{"part", difference->part},
                              {"frame", difference->frame},
                              {"expected", app::to_hex(difference->expected)},
                              {"found", app::to_hex(difference->found)}};
    } else {
        json["difference"] = nullptr;
    }
    json["note"] = session.note;
    json["warnings"] = result.warnings;
    std::printf("%s\n", json.dump(2).c_str());
}

void print_text(const app::ReplayResult& result) {
    if (const auto& difference = result.difference)
        std::printf("Frame %llu of part %zu differs: its digest is %s, was %s.\n",
                    static_cast<unsigned long long>(difference->frame), difference->part + 1,
                    app::to_hex(difference->found).c_str(), app::to_hex(difference->expected).c_str());
    else
        std::printf("All %llu frames are the same, bit for bit.\n",
                    static_cast<unsigned long long>(result.frames));
}

int replay(const Options& options) {
    const app::Session session = app::read_session(options.session);
    if (!session.note.empty()) log::warn("{}: {}", options.session, session.note);
    app::ReplayOptions replay;
    replay.session = options.session;
    if (!options.world.empty()) replay.world = app::find_world(options.world);
    replay.record = options.record;
    if (!options.device.empty()) replay.device = app::device_from(options.device);
    replay.threads = options.threads;
    const app::ReplayResult result = app::replay(replay, session, world_model::open_world);
    for (const std::string& warning : result.warnings) log::warn("{}", warning);
    if (options.json)
        print_json(session, result);
    else
        print_text(result);
    return result.difference ? 1 : 0;
}

const Command kReplay(
    "replay", "Make the frames of a recorded session again, bit for bit", [](CLI::App& app) -> Run {
        auto options = std::make_shared<Options>();
        app.add_option("session", options->session, "The .session.jsonl that lies beside a recording")
            ->required()
            ->check(CLI::ExistingFile);
        app.add_option("--record", options->record, "MP4 to record the replay into");
        app.add_option("--world", options->world, "Another world than the one that the session names");
        app.add_option("--device", options->device, "Another device than the session's")
            ->check(CLI::IsMember({"cpu", "cuda"}));
        app.add_option("--threads", options->threads, "Another number of CPU threads than the session's")
            ->check(CLI::Range(0, 1024));
        app.add_flag("--json", options->json, "Print one JSON object");
        app.footer("Exit status: 0 when every frame is the same, 1 when one differs or the replay fails.");
        return [options] { return replay(*options); };
    });

}  // namespace
}  // namespace rv::tools
