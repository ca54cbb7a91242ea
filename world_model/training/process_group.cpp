#include "world_model/training/process_group.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#if REVERIE_CUDA
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include <c10/core/impl/VirtualGuardImpl.h>

#include "engine/core/error.h"
#include "world_model/numerics.h"

namespace rv::world_model {
namespace {

using std::chrono::milliseconds;

// Large enough that a call's fixed cost does not count, small enough that several are under way at once.
constexpr int64_t kBucketElements = int64_t{4} << 20;
constexpr milliseconds kFirstPause{10}, kLongestPause{1000};  // between two signs of life

// c10d puts its source file in front and a stack trace behind.
std::string first_line(const std::exception& error) {
    std::string text = error.what();
    text.resize(std::min(text.size(), text.find('\n')));
    if (text.starts_with("[/")) text.erase(0, std::min(text.size(), text.find("] ") + 2));
    return text;
}

// c10d prints stack traces of what is told in one sentence here.
class Silence {
  public:
    Silence() : before_(FLAGS_caffe2_log_level) { FLAGS_caffe2_log_level = c10::GLOG_FATAL; }
    ~Silence() { FLAGS_caffe2_log_level = before_; }
    Silence(const Silence&) = delete;
    Silence& operator=(const Silence&) = delete;

  private:
    int before_;
};

bool is_here(const std::string& address) {
    return address == "127.0.0.1" || address == "localhost" || address == "::1";
}

// In the order of memory, whatever the layout.
torch::Tensor flat(const torch::Tensor& tensor) {
    RV_ASSERT(tensor.is_non_overlapping_and_dense(), "processes share tensors without gaps");
    return tensor.as_strided({tensor.numel()}, {1});
}

std::vector<std::vector<torch::Tensor>> buckets(const std::vector<torch::Tensor>& tensors) {
    std::vector<std::vector<torch::Tensor>> all;
    int64_t elements = kBucketElements;
    for (const auto& tensor : tensors) {
        if (elements >= kBucketElements) {
            all.emplace_back();
            elements = 0;
        }
        elements += tensor.numel();
        all.back().push_back(flat(tensor));
    }
    return all;
}

}  // namespace

struct ProcessGroup::Connections {
    Connections(const Launch& launch, milliseconds patience) : timeout(patience) {
        c10d::TCPStoreOptions options;
        options.port = static_cast<std::uint16_t>(launch.port);
        options.isServer = launch.rank == 0 && !launch.met_by_launcher;
        options.numWorkers = static_cast<std::size_t>(launch.size);
        // Who finds nobody tries twice.
        options.timeout = options.isServer ? timeout : timeout / 2;
        const auto meeting = c10::make_intrusive<c10d::TCPStore>(launch.address, options);
        meeting->setTimeout(timeout);
        // The launcher's meeting place may have seen an earlier run of the same processes.
        const std::string place = "reverie/" + launch.attempt;
        const int64_t run = (meeting->add(place + "/entered", 1) - 1) / launch.size;
        store = c10::make_intrusive<c10d::PrefixStore>(place + "/" + std::to_string(run), meeting);

        const auto gloo = is_here(launch.address) ? c10d::ProcessGroupGloo::Options::create(timeout)
                                                  : c10d::ProcessGroupGloo::Options::create_default(timeout);
        if (gloo->devices.empty())
            gloo->devices.push_back(c10d::ProcessGroupGloo::createDeviceForHostname(launch.address));
        cpu = c10::make_intrusive<c10d::ProcessGroupGloo>(
            c10::make_intrusive<c10d::PrefixStore>("gloo", store), launch.rank, launch.size, gloo);
    }

    c10d::Backend& between(const torch::Device& device) {
        if (device.is_cpu()) return *cpu;
#if REVERIE_CUDA
        if (!gpu) {
            const auto options = c10d::ProcessGroupNCCL::Options::create();
            // Its watchdog ends the whole program; finish() is to say what happened before that.
            options->timeout = timeout + std::chrono::seconds(10);
            // A process that is missing while they connect must be noticed too.
            options->config.blocking = 0;
            setenv("TORCH_NCCL_NONBLOCKING_TIMEOUT",
                   std::to_string(std::max<int64_t>(1, timeout.count() / 1000)).c_str(), 0);
            // Errors end the communicators, and finish() throws; the watchdog is not to end the program
            // first.
            setenv("TORCH_NCCL_ASYNC_ERROR_HANDLING", "2", 0);
            gpu = c10::make_intrusive<c10d::ProcessGroupNCCL>(
                c10::make_intrusive<c10d::PrefixStore>("nccl", store), cpu->getRank(), cpu->getSize(),
                options);
        }
        return *gpu;
#else
        throw DeviceError("this program was built without CUDA", "--device cpu");
#endif
    }

    // NCCL only puts work into a queue, and blocks with a timeout alone; Gloo has its own.
    void finish(const c10::intrusive_ptr<c10d::Work>& work, const torch::Device& device) const {
        if (device.is_cpu())
            work->wait();
        else
            work->wait(timeout);
    }

    // What hangs in a GPU's queue must not keep the program from ending.
    void abandon() noexcept {
        try {
            if (gpu) gpu->abort();
        } catch (const std::exception&) {  // what led here is told
        }
    }
    ~Connections() {
        abandon();
    }  // all that was asked for has been waited for

    milliseconds timeout;
    c10::intrusive_ptr<c10d::Store> store;
    c10::intrusive_ptr<c10d::Backend> cpu, gpu;
};

ProcessGroup::ProcessGroup() = default;

ProcessGroup::ProcessGroup(const Launch& launch, double timeout_s) : launch_(launch) {
    if (launch.size == 1) return;
    const Silence silence;
    try {
        connections_ =
            std::make_unique<Connections>(launch, milliseconds(static_cast<int64_t>(timeout_s * 1000)));
    } catch (const std::exception& error) {
        throw Error("process " + std::to_string(launch.rank) + " did not meet all " +
                        std::to_string(launch.size) + " at " + launch.address + ":" +
                        std::to_string(launch.port) + " (" + first_line(error) + ")",
                    "start all of them at once; another MASTER_PORT if that one is in use");
    }
}

ProcessGroup::~ProcessGroup() = default;

torch::Device ProcessGroup::device(const std::string& kind) const {
    torch::Device device = torch_device(device_kind(kind));
    if (device.is_cpu() || size() == 1) return device;
    const int gpus = static_cast<int>(torch::cuda::device_count());
    // Who sees one GPU alone was given it by the launcher.
    const int own = gpus == 1 ? 0 : launch_.local_rank;
    if (own >= gpus)
        throw DeviceError(
            "there is no GPU for process " + std::to_string(launch_.local_rank) + " of this machine",
            "as many processes as there are GPUs, or LOCAL_RANK");
    device.set_index(static_cast<c10::DeviceIndex>(own));
    // What is allocated in passing must not lie on another process's GPU.
    c10::impl::VirtualGuardImpl(device.type()).setDevice(device);
    return device;
}

void ProcessGroup::guarded(const std::function<void()>& call) {
    try {
        call();
    } catch (const std::exception& error) {
        connections_->abandon();
        throw Error("process " + std::to_string(launch_.rank) + " of " + std::to_string(size()) +
                        " stops, because another one ended or no longer answers (" + first_line(error) + ")",
                    "the same command again, which continues from the last checkpoint");
    }
}

void ProcessGroup::average(const std::vector<torch::Tensor>& tensors) {
    if (size() == 1 || tensors.empty()) return;
    const torch::NoGradGuard no_grad;
    const torch::Device device = tensors.front().device();
    guarded([&] {
        c10d::Backend& backend = connections_->between(device);
        struct Exchange {
            std::vector<torch::Tensor> parts, whole;
            c10::intrusive_ptr<c10d::Work> work;
        };
        std::vector<Exchange> exchanges;
        for (auto& parts : buckets(tensors)) {
            auto& exchange = exchanges.emplace_back(Exchange{parts, {torch::cat(parts)}, {}});
            exchange.work = backend.allreduce(exchange.whole);
        }
        for (const Exchange& exchange : exchanges) {
            connections_->finish(exchange.work, device);
            const auto mean = exchange.whole.front() / size();
            int64_t at = 0;
            for (const auto& part : exchange.parts) {
                part.copy_(mean.narrow(0, at, part.numel()));
                at += part.numel();
            }
        }
    });
}

void ProcessGroup::broadcast(const std::vector<torch::Tensor>& tensors) {
    if (size() == 1 || tensors.empty()) return;
    const torch::NoGradGuard no_grad;
    const torch::Device device = tensors.front().device();
    guarded([&] {
        c10d::Backend& backend = connections_->between(device);
        for (const auto& tensor : tensors) {
            std::vector<torch::Tensor> one = {flat(tensor)};
            connections_->finish(backend.broadcast(one), device);
        }
    });
}

void ProcessGroup::sum(std::span<double> values) {
    if (size() == 1) return;
    guarded([&] {
        const auto count = static_cast<int64_t>(values.size());
        std::vector<torch::Tensor> shared = {torch::from_blob(values.data(), {count}, torch::kFloat64)};
        connections_->finish(connections_->cpu->allreduce(shared), torch::kCPU);
    });
}

void ProcessGroup::together(const std::function<void()>& work) {
    if (size() == 1) return work();
    std::mutex mutex;
    std::condition_variable changed;
    bool busy = true, failed = false;
    std::exception_ptr lost;
    // Signs of life: as long as somebody is busy, all of them meet again and again.
    std::thread meetings([&] {
        try {
            for (milliseconds pause = kFirstPause;; pause = std::min(2 * pause, kLongestPause)) {
                double still_busy = 0;
                {
                    std::unique_lock lock(mutex);
                    changed.wait_for(lock, pause, [&] { return !busy || failed; });
                    if (failed) return;
                    still_busy = busy ? 1 : 0;
                }
                sum({&still_busy, 1});
                if (still_busy == 0) return;
            }
        } catch (...) {
            lost = std::current_exception();
        }
    });
    const auto end = [&](bool& how, bool value) {
        {
            const std::lock_guard lock(mutex);
            how = value;
        }
        changed.notify_one();
        meetings.join();
    };
    try {
        work();
    } catch (...) {
        end(failed, true);
        throw;
    }
    end(busy, false);
    if (lost) std::rethrow_exception(lost);
}

void ProcessGroup::first_before_others(const std::function<void()>& work) {
    together([&] {
        if (first()) work();
    });
    if (!first()) work();
}

}  // namespace rv::world_model
