#pragma once
/// Which process of how many this one is, as whoever started it says in environment variables: torchrun (or a
/// person), Open MPI, another MPI, Slurm's srun.

#include <functional>
#include <optional>
#include <string>

namespace rv::world_model {

struct Launch {
    int rank = 0, size = 1;
    int local_rank = 0;                 ///< among the processes of this machine: which GPU is its
    std::string address = "127.0.0.1";  ///< of the machine where process 0 runs
    int port = 29500;                   ///< where the processes meet
    bool met_by_launcher = false;       ///< the launcher listens there itself (torchrun), not process 0
    std::string attempt = "0";          ///< tells a launcher's new attempts from its earlier ones
};

/// The value of an environment variable; nothing if it is not set.
using Variables = std::function<std::optional<std::string>(const std::string& name)>;

/// One process alone if no launcher left its variables. A batch script of Slurm is not one of its tasks.
/// @throws UsageError if what is there is incomplete or contradicts itself.
Launch launch_from(const Variables& variable);
Launch launch_from_environment();

}  // namespace rv::world_model
