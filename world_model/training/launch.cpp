#include "world_model/training/launch.h"

#include <array>
#include <charconv>
#include <cstdlib>

#include "engine/core/error.h"

namespace rv::world_model {
namespace {

// What a launcher calls things. It was at work if `present` is set; `local_size` may be unknown.
struct Launcher {
    std::string name, present, rank, size, local_rank, local_size;
};

// In this order: a launcher often runs inside of a Slurm job and inherits its variables.
const std::array kLaunchers = {
    Launcher{"torchrun", "RANK", "RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"},
    Launcher{"torchrun", "WORLD_SIZE", "RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"},
    Launcher{"Open MPI", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE",
             "OMPI_COMM_WORLD_LOCAL_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE"},
    Launcher{"MPI", "MPI_LOCALNRANKS", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"},
    // A batch script has SLURM_PROCID and SLURM_NTASKS too; only srun counts the tasks of a step.
    Launcher{"Slurm", "SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "SLURM_STEP_NUM_TASKS", "SLURM_LOCALID", ""},
    // After Slurm, which can speak PMI too.
    Launcher{"MPI", "PMI_SIZE", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "MPI_LOCALNRANKS"},
};

constexpr int kDefaultPort = 29500;                      // torchrun's
constexpr int kFirstJobPort = 20000, kJobPorts = 20000;  // below those that systems give away
constexpr const char* kAlone = "unset it to train in one process";

int whole_number(const std::string& name, const std::string& text, int most) {
    int value = -1;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size() || value < 0 || value > most)
        throw UsageError("the environment variable " + name + " is \"" + text + "\"",
                         "a whole number from 0 to " + std::to_string(most));
    return value;
}

std::string required(const Variables& variable, const std::string& name, const Launcher& launcher) {
    if (const auto value = variable(name)) return *value;
    throw UsageError("the environment variable " + launcher.present + " says that " + launcher.name +
                         " started this process, but " + name + " is not set",
                     "set both, or " + std::string(kAlone));
}

// "node[01-04,07],gpu3" -> "node01".
std::string first_node(const std::string& list) {
    std::string node;
    for (size_t i = 0; i < list.size() && list[i] != ','; ++i) {
        if (list[i] != '[') {
            node += list[i];
            continue;
        }
        const size_t close = list.find(']', i), end = list.find_first_of("-,]", i);
        if (close == std::string::npos) break;
        node += list.substr(i + 1, end - i - 1);
        i = close;
    }
    return node;
}

std::string meeting_address(const Variables& variable, const Launcher& launcher, int size) {
    if (const auto address = variable("MASTER_ADDR")) return *address;
    if (launcher.name == "Slurm") {
        if (const auto nodes = variable("SLURM_STEP_NODELIST")) return first_node(*nodes);
    }
    if (const auto local = variable(launcher.local_size); local && *local == std::to_string(size))
        return "127.0.0.1";
    throw UsageError("this is one of " + std::to_string(size) +
                         " processes, but the environment variable MASTER_ADDR does not say where they meet",
                     "MASTER_ADDR with the host of process 0");
}

int meeting_port(const Variables& variable, const Launcher& launcher) {
    if (const auto port = variable("MASTER_PORT")) return whole_number("MASTER_PORT", *port, 65535);
    if (launcher.name != "Slurm") return kDefaultPort;
    // Several jobs may share a machine.
    const int job = whole_number("SLURM_JOB_ID", required(variable, "SLURM_JOB_ID", launcher), 1 << 30);
    return kFirstJobPort + job % kJobPorts;
}

}  // namespace

Launch launch_from(const Variables& variable) {
    for (const Launcher& launcher : kLaunchers) {
        if (!variable(launcher.present)) continue;
        constexpr int kMost = 1 << 20;
        Launch launch;
        launch.size = whole_number(launcher.size, required(variable, launcher.size, launcher), kMost);
        launch.rank = whole_number(launcher.rank, required(variable, launcher.rank, launcher), kMost);
        if (launch.rank >= launch.size)
            throw UsageError("the environment variable " + launcher.rank + " is " +
                                 std::to_string(launch.rank) + ", but " + launcher.size + " is " +
                                 std::to_string(launch.size),
                             "ranks from 0 to one less than that");
        if (launch.size == 1) return {};
        // Processes that somebody started by hand stand on one machine, unless they say otherwise.
        const auto local = variable(launcher.local_rank);
        launch.local_rank = local ? whole_number(launcher.local_rank, *local, kMost) : launch.rank;
        launch.address = meeting_address(variable, launcher, launch.size);
        launch.port = meeting_port(variable, launcher);
        launch.met_by_launcher = variable("TORCHELASTIC_USE_AGENT_STORE") == "True";
        launch.attempt = variable("TORCHELASTIC_RESTART_COUNT").value_or("0");
        return launch;
    }
    return {};
}

Launch launch_from_environment() {
    return launch_from([](const std::string& name) -> std::optional<std::string> {
        const char* value = name.empty() ? nullptr : std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    });
}

}  // namespace rv::world_model
