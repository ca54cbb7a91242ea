#pragma once
/// The commands under `reverie bench`, one file each.

#include <CLI/CLI.hpp>

namespace rv::tools {

void add_bench_play(CLI::App& bench);
void add_bench_latency(CLI::App& bench);
void add_bench_growth(CLI::App& bench);
void add_bench_kernels(CLI::App& bench);
void add_bench_device(CLI::App& bench);
void add_bench_training(CLI::App& bench);
void add_bench_oasis(CLI::App& bench);
void add_bench_interop(CLI::App& bench);

}  // namespace rv::tools
