#pragma once
/// The one interface behind which every family of world models stands. Free of LibTorch, so that it is cheap
/// to include; frames leave as tensors through `frame_tensor.h` or as bytes through `Rollout::copy_frame`.

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/core/action.h"
#include "engine/core/camera.h"
#include "world_model/condition/prompt_fade.h"

namespace at {
class Tensor;
}

namespace rv::world_model {

/// Where the model runs.
enum class DeviceKind { Cpu, Cuda };

struct OpenOptions {
    DeviceKind device = DeviceKind::Cpu;
    int threads = 0;  ///< CPU threads of the model; 0: one per core
};

/// Where in its simulator a start frame was taken: after `walk` steps of the simulator's agent.
struct SimulatorStart {
    std::uint64_t seed = 0;
    int walk = 0;
};

/// A button that this world knows besides the engine's own actions.
struct WorldButton {
    std::string name;                  ///< "attack"
    std::vector<std::string> sources;  ///< what presses it unless the person says otherwise: "Mouse Left"
};

/// What a world is and can do; read from `world.toml` without loading weights.
struct WorldInfo {
    std::string name;         ///< folder name: "village"
    std::string title;        ///< for people: "Village"
    std::string description;  ///< one or two sentences
    std::filesystem::path folder;
    std::string environment;    ///< the real simulator that taught it, may be empty
    int width = 0, height = 0;  ///< of a generated frame, pixels
    double frame_rate = 15.0;
    bool has_prompt = false, has_pose = false, has_depth = false;
    int default_sampler_steps = 3, max_sampler_steps = 8;
    std::vector<std::string> prompts;                   ///< presets worth offering
    std::vector<std::string> start_frames;              ///< names; index selects one
    std::vector<std::filesystem::path> start_pictures;  ///< the file of each start frame
    std::vector<std::string> start_prompts;             ///< the prompt that describes each start frame
    std::vector<std::optional<SimulatorStart>> simulator_starts;  ///< of each start frame, where it is known
    Intrinsics intrinsics;
    std::vector<WorldButton> buttons;  ///< button i is bit i of Action::buttons; at most 32
};

/// @throws FileError naming the file and the key that is wrong.
WorldInfo read_world_info(const std::filesystem::path& folder);
/// Worlds under `root` (each a folder with a world.toml), sorted by name; broken ones are skipped with a log
/// line.
std::vector<WorldInfo> list_worlds(const std::filesystem::path& root);

/// Where a rollout begins.
struct Start {
    std::uint64_t seed = 0;
    int frame = 0;       ///< index into WorldInfo::start_frames
    std::string prompt;  ///< empty: the start frame's own
    /// Any PNG, JPEG or video to begin with instead of a start frame. A video's last frames become the past
    /// that the world goes on from.
    std::filesystem::path picture = {};
    friend bool operator==(const Start&, const Start&) = default;
};

/// What steers one frame.
struct StepInput {
    Action action;
    std::optional<CameraPose>
        pose;                 ///< absolute pose for this frame (free camera); empty: the action moves the ego
    std::string_view prompt;  ///< in force for this frame
    int sampler_steps = 0;    ///< 0: the world's default
    PromptFade fade = {};     ///< while `prompt` has not quite arrived
    double guidance = 0;      ///< how much the prompt counts (see SamplerSettings); 0: the world decides
};

/// What can be seen of a frame beside its picture.
enum class InnerView {
    Depth,   ///< how far away everything is: yellow near, violet far
    Latent,  ///< the channels of the frame's latent side by side: blue negative, red positive
};

/// Where the time of the last step went, milliseconds.
struct StepTimes {
    double condition_ms = 0, dynamics_ms = 0, decode_ms = 0, total_ms = 0;
};

/// One live autoregressive generation. Frame 0 is the start frame, available without a step.
/// Everything that the future depends on is in here: copying it branches, saving it keeps it, and the same
/// inputs give the same bits on the same machine. Not thread-safe: one thread at a time.
class Rollout {
  public:
    virtual ~Rollout() = default;

    /// Generates the next frame. Cost and memory do not grow with the number of frames.
    virtual void step(const StepInput& input) = 0;
    /// Moves on by one frame, but takes a true frame instead of generating one: (3, H, W) in [-1, 1]. For
    /// evaluation and for anchoring a rollout to what is known. @throws UsageError if this family cannot.
    virtual void observe(const at::Tensor& frame, const StepInput& input);
    [[nodiscard]] virtual std::uint64_t frame_index() const = 0;
    /// (3, H, W) in [-1, 1], float32, on the model's device; valid until the next step.
    [[nodiscard]] virtual const at::Tensor& frame() const = 0;
    /// The camera of the current frame, relative to frame 0 (which is the identity). Identity for worlds
    /// without poses.
    [[nodiscard]] virtual CameraPose pose() const = 0;
    [[nodiscard]] virtual StepTimes times() const = 0;
    /// Current frame as RGBA8, tight rows, (H, W, 4). @param rgba exactly width * height * 4 bytes.
    virtual void copy_frame(std::span<std::uint8_t> rgba) const = 0;
    /// The same size and form as copy_frame(). @throws UsageError if this world has no such view.
    virtual void copy_view(InnerView view, std::span<std::uint8_t> rgba) const;

    [[nodiscard]] virtual std::unique_ptr<Rollout> copy() const = 0;
    /// About how many bytes a copy holds for itself, beyond what copies share.
    [[nodiscard]] virtual std::size_t copy_bytes() const = 0;
    /// Writes a safetensors file with the whole state. @throws FileError.
    virtual void save(const std::filesystem::path& file) const = 0;
    /// Replaces the state by a saved one of the same world. @throws FileError if it does not fit; the state
    /// is kept.
    virtual void restore(const std::filesystem::path& file) = 0;
};

/// What a world's tokenizer makes of one frame.
struct CodecReport {
    std::int64_t latent_bytes = 0;  ///< of the frame's latent in bfloat16
    double encode_ms = 0, decode_ms = 0;
};

/// A world with its weights in memory. Outlives its rollouts.
class World {
  public:
    virtual ~World() = default;
    [[nodiscard]] virtual const WorldInfo& info() const = 0;
    /// Digest of everything that decides the frames (weights, world.toml), for sessions.
    [[nodiscard]] virtual std::string digest() const = 0;
    [[nodiscard]] virtual std::string device_name() const = 0;
    /// @throws UsageError for a start frame that there is not; FileError for a picture that cannot be read.
    virtual std::unique_ptr<Rollout> start(const Start& start) = 0;
    /// What the person should know of the last start: that its picture is far from what the world knows.
    /// Empty when there is nothing to say.
    [[nodiscard]] virtual std::string remark() const { return {}; }
    /// Starts from any picture, (3, H, W) in [-1, 1]. @param up the world's up in the camera's axes
    /// @throws UsageError if this family cannot.
    virtual std::unique_ptr<Rollout> start_from(const at::Tensor& frame, std::uint64_t seed,
                                                glm::vec3 up = {0, 1, 0});
    /// What the world's tokenizer gives back of a true frame: (3, H, W) -> (3, h, w) at the tokenizer's own
    /// resolution, which the decoder may enlarge. Far from the frame where the world does not know such
    /// pictures. @throws UsageError if this family has no tokenizer.
    [[nodiscard]] virtual at::Tensor reconstruct(const at::Tensor& frame) const;
    /// The same as the world would show it, through its decoder: (3, H, W) -> (3, H, W).
    /// @throws UsageError if this family cannot.
    [[nodiscard]] virtual at::Tensor repaint(const at::Tensor& frame) const;
    /// Encodes and reconstructs a true frame, (3, H, W) in [-1, 1], and says what that takes. @throws
    /// UsageError if this family has no tokenizer.
    [[nodiscard]] virtual CodecReport codec(const at::Tensor& frame) const;
};

/// Builds the parts that `world.toml` names and loads their weights. @throws FileError, DeviceError.
std::unique_ptr<World> open_world(const std::filesystem::path& folder, const OpenOptions& options = {});

}  // namespace rv::world_model
