#include <doctest/doctest.h>

#include <map>

#include "engine/core/error.h"
#include "tests/support/messages.h"
#include "world_model/training/launch.h"

using namespace rv::world_model;
using rv::tests::contains;
using rv::tests::message_of;

namespace {

using Environment = std::map<std::string, std::string>;

Launch launch_of(const Environment& environment) {
    return launch_from([&](const std::string& name) -> std::optional<std::string> {
        const auto found = environment.find(name);
        return found == environment.end() ? std::nullopt : std::optional(found->second);
    });
}

std::string refusal(const Environment& environment) {
    return message_of([&] { launch_of(environment); });
}

}  // namespace

TEST_CASE("[launch] without a launcher there is one process") {
    CHECK(launch_of({}).size == 1);
    // A shell or a batch script of a Slurm job, not one of its tasks.
    CHECK(launch_of({{"SLURM_JOB_ID", "7"}, {"SLURM_NTASKS", "4"}, {"SLURM_PROCID", "0"}}).size == 1);
    CHECK(launch_of({{"RANK", "0"}, {"WORLD_SIZE", "1"}}).size == 1);
}

TEST_CASE("[launch] torchrun's variables") {
    const Launch launch = launch_of({{"RANK", "5"},
                                     {"WORLD_SIZE", "8"},
                                     {"LOCAL_RANK", "1"},
                                     {"MASTER_ADDR", "node7"},
                                     {"MASTER_PORT", "1234"},
                                     {"TORCHELASTIC_USE_AGENT_STORE", "True"},
                                     {"TORCHELASTIC_RESTART_COUNT", "2"}});
    CHECK(launch.rank == 5);
    CHECK(launch.size == 8);
    CHECK(launch.local_rank == 1);
    CHECK(launch.address == "node7");
    CHECK(launch.port == 1234);
    CHECK(launch.met_by_launcher);
    CHECK(launch.attempt == "2");
}

TEST_CASE("[launch] by hand, processes stand on one machine") {
    const Launch launch = launch_of({{"RANK", "1"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "localhost"}});
    CHECK(launch.local_rank == 1);
    CHECK(launch.port == 29500);
    CHECK_FALSE(launch.met_by_launcher);
}

TEST_CASE("[launch] MPI's variables, also inside of a Slurm job") {
    const Launch open = launch_of({{"OMPI_COMM_WORLD_RANK", "3"},
                                   {"OMPI_COMM_WORLD_SIZE", "4"},
                                   {"OMPI_COMM_WORLD_LOCAL_RANK", "3"},
                                   {"OMPI_COMM_WORLD_LOCAL_SIZE", "4"},
                                   {"SLURM_STEP_NUM_TASKS", "1"},
                                   {"SLURM_PROCID", "0"}});
    CHECK(open.rank == 3);
    CHECK(open.size == 4);
    CHECK(open.address == "127.0.0.1");  // all of them stand here
    const Launch other = launch_of({{"PMI_RANK", "1"}, {"PMI_SIZE", "2"}, {"MASTER_ADDR", "head"}});
    CHECK(other.rank == 1);
    CHECK(other.address == "head");
    CHECK(contains(refusal({{"OMPI_COMM_WORLD_RANK", "3"},
                            {"OMPI_COMM_WORLD_SIZE", "4"},
                            {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}}),
                   "MASTER_ADDR"));
}

TEST_CASE("[launch] Slurm's variables: the first node of the step, and a port of the job's own") {
    const auto address = [](const std::string& nodes) {
        return launch_of({{"SLURM_STEP_NUM_TASKS", "16"},
                          {"SLURM_PROCID", "9"},
                          {"SLURM_LOCALID", "1"},
                          {"SLURM_JOB_ID", "123456"},
                          {"SLURM_STEP_NODELIST", nodes}})
            .address;
    };
    CHECK(address("node[01-04,07],gpu3") == "node01");
    CHECK(address("a,b") == "a");
    CHECK(address("rack[2-3]n[5,7]") == "rack2n5");
    CHECK(address("single") == "single");
    const auto port = [](const std::string& job) {
        return launch_of({{"SLURM_STEP_NUM_TASKS", "2"},
                          {"SLURM_PROCID", "0"},
                          {"SLURM_JOB_ID", job},
                          {"SLURM_STEP_NODELIST", "a"}})
            .port;
    };
    CHECK(port("123456") == 23456);
    CHECK(port("123457") == 23457);
}

TEST_CASE("[launch] variables that are half set or contradict themselves end in one sentence") {
    CHECK(refusal({{"WORLD_SIZE", "2"}}) ==
          "the environment variable WORLD_SIZE says that torchrun started this process, but RANK is not set; "
          "try: set both, or unset it to train in one process");
    CHECK(contains(refusal({{"RANK", "0"}}), "WORLD_SIZE is not set"));
    CHECK(contains(refusal({{"RANK", "0"}, {"WORLD_SIZE", "2"}}), "MASTER_ADDR"));
    CHECK(contains(refusal({{"RANK", "2"}, {"WORLD_SIZE", "2"}}), "RANK is 2, but WORLD_SIZE is 2"));
    CHECK(contains(refusal({{"RANK", "one"}, {"WORLD_SIZE", "2"}}), "RANK is \"one\""));
    CHECK(contains(
        refusal({{"RANK", "1"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "localhost"}, {"MASTER_PORT", "70000"}}),
        "MASTER_PORT is \"70000\""));
    CHECK(contains(refusal({{"SLURM_STEP_NUM_TASKS", "2"}}), "SLURM_PROCID is not set"));
}
