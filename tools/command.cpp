#include "tools/command.h"

#include <cstdio>
#include <map>

#include "engine/core/error.h"

namespace rv::tools {
namespace {

struct Entry {
    std::string help;
    std::function<Run(CLI::App&)> declare;
};

// Filled before main by the Command objects, sorted by name.
std::map<std::string, Entry>& registry() {
    static std::map<std::string, Entry> commands;
    return commands;
}

}  // namespace

Command::Command(std::string name, std::string help, std::function<Run(CLI::App&)> declare) {
    const bool added =
        registry().try_emplace(std::move(name), Entry{std::move(help), std::move(declare)}).second;
    RV_ASSERT(added, "two commands have the same name");
}

int run_command_line(int argc, char** argv) {
    if (argc > 1 && argv[1][0] != '-' && !registry().contains(argv[1])) {
        std::fprintf(stderr,
                     "reverie: there is no command \"%s\"; reverie --help lists those that are there\n",
                     argv[1]);
        return 1;
    }
    CLI::App app("Reverie: explore generated worlds", "reverie");
    app.require_subcommand(1);
    app.set_version_flag("--version", REVERIE_VERSION);
    Run chosen;
    for (auto& [name, entry] : registry()) {
        CLI::App* command = app.add_subcommand(name, entry.help);
        Run run = entry.declare(*command);
        // Nested commands (train tokenizer, ...) set callbacks of their own and return no Run.
        if (run) command->callback([&chosen, run = std::move(run)] { chosen = run; });
    }
    try {
        app.parse(argc, argv);
        return chosen ? chosen() : 0;
    } catch (const CLI::ParseError& error) {
        return app.exit(error);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "reverie: %s\n", error.what());
        return 1;
    }
}

}  // namespace rv::tools
