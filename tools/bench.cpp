/// reverie bench: figures of this machine.

#include "tools/bench_commands.h"
#include "tools/command.h"

namespace rv::tools {
namespace {

const Command kBench("bench", "Measure how fast this machine generates, and why not faster",
                     [](CLI::App& app) -> Run {
                         app.require_subcommand(1);
                         add_bench_play(app);
                         add_bench_latency(app);
                         add_bench_growth(app);
                         add_bench_kernels(app);
                         add_bench_device(app);
                         add_bench_training(app);
                         add_bench_oasis(app);
                         add_bench_interop(app);
                         return nullptr;
                     });

}  // namespace
}  // namespace rv::tools
