/// reverie script: what was played, as a script.

#include <cstdio>
#include <string>

#include "engine/app/resources.h"
#include "engine/app/script_writer.h"
#include "engine/core/error.h"
#include "engine/core/log.h"
#include "tools/command.h"

namespace rv::tools {
namespace {

struct Options {
    std::string session, out;
    int part = 1;
};

// Only a session that pressed a button of its world needs the world.
std::vector<world_model::WorldButton> buttons_of(const app::SessionStart& start) {
    try {
        return world_model::read_world_info(
                   app::find_world(start.world_folder.empty() ? start.world : start.world_folder))
            .buttons;
    } catch (const Error&) {
        return {};
    }
}

int write(const Options& options) {
    const app::Session session = app::read_session(options.session);
    if (!session.note.empty()) log::warn("{}: {}", options.session, session.note);
    const auto count = static_cast<int>(session.parts.size());
    if (options.part > count) {
        throw UsageError(options.session + " has no part " + std::to_string(options.part),
                         "1 to " + std::to_string(count));
    }
    const app::SessionPart& part = session.parts[static_cast<std::size_t>(options.part - 1)];
    const app::Script script = app::script_of(part, buttons_of(part.start));
    if (options.out.empty())
        std::fputs(app::to_toml(script).c_str(), stdout);
    else
        app::write_script(script, options.out);
    return 0;
}

const Command kScript("script", "Turn a recorded session into a script, to be edited and played again",
                      [](CLI::App& app) -> Run {
                          auto options = std::make_shared<Options>();
                          app.add_option("session", options->session,
                                         "The .session.jsonl that lies beside a recording")
                              ->required()
                              ->check(CLI::ExistingFile);
                          app.add_option("--out", options->out, "TOML file, instead of the terminal");
                          app.add_option("--part", options->part,
                                         "A session has a part for every start, reset and jump")
                              ->check(CLI::PositiveNumber)
                              ->capture_default_str();
                          app.footer("docs/scripts.md tells what the file means.");
                          return [options] { return write(*options); };
                      });

}  // namespace
}  // namespace rv::tools
