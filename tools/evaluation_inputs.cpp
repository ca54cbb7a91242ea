#include "tools/evaluation_inputs.h"

#include <cmath>

#include "engine/app/script.h"
#include "engine/core/error.h"
#include "engine/simulator/prompt.h"
#include "engine/simulator/random.h"

namespace rv::tools {
namespace {

constexpr int64_t kSettleFrames = 8;  // a turn and a walk run out within these

void add(Inputs& inputs, int64_t frames, const Action& action) {
    for (int64_t i = 0; i < frames; ++i) inputs.push_back({action, {}});
}

}  // namespace

Inputs random_inputs(int64_t frames, std::uint64_t seed) {
    simulator::Random random(seed);
    const auto axis = [&](float often) { return random.chance(often) ? random.sign() : 0.0f; };
    Inputs inputs;
    while (static_cast<int64_t>(inputs.size()) < frames) {
        Action action;
        action.forward = random.chance(0.6f) ? 1.0f : axis(0.5f);
        action.sideways = axis(0.2f);
        action.turn = axis(0.6f);
        action.look = axis(0.15f);
        add(inputs, 4 + random.index(20), action);
    }
    return inputs;
}

Inputs full_turn(const simulator::EnvironmentSpec& spec, int64_t still) {
    Inputs inputs;
    add(inputs, still, {});
    // The ego's turn rate follows the action with a delay that is paid back at the end.
    const double presses = 2 * M_PI / spec.max_turn_rad_per_frame;
    const auto whole = static_cast<int64_t>(presses);
    add(inputs, whole, {.turn = 1});
    add(inputs, 1, {.turn = static_cast<float>(presses - static_cast<double>(whole))});
    add(inputs, kSettleFrames, {});
    return inputs;
}

Inputs there_and_back(int64_t still, float backward_part) {
    constexpr int64_t kForwardFrames = 28;
    Inputs inputs;
    add(inputs, still, {});
    add(inputs, kForwardFrames, {.forward = 1});
    const auto back = static_cast<int64_t>(std::ceil(static_cast<float>(kForwardFrames) / backward_part));
    const float pace = static_cast<float>(kForwardFrames) / (static_cast<float>(back) * backward_part);
    add(inputs, back, {.forward = -pace});
    add(inputs, kSettleFrames, {});
    return inputs;
}

Inputs prompt_switch(const std::string& prompt, int64_t at) {
    Inputs inputs(static_cast<size_t>(at));
    inputs.back().prompt = prompt;
    return inputs;
}

std::string another_look(const std::string& look, std::uint64_t seed) {
    const simulator::Look from = simulator::parse_prompt(look);
    simulator::Random random(seed);
    const auto other = [&](int value, int count) { return (value + 1 + random.index(count - 1)) % count; };
    const simulator::Look to{static_cast<simulator::TimeOfDay>(other(static_cast<int>(from.time), 4)),
                             static_cast<simulator::Weather>(other(static_cast<int>(from.weather), 4)),
                             static_cast<simulator::Biome>(other(static_cast<int>(from.biome), 4))};
    return simulator::caption(to, random);
}

Inputs read_inputs(const std::filesystem::path& file, double frame_rate) {
    const app::Script script = app::read_script(file, frame_rate);
    app::ScriptPlayer player(script);
    Inputs inputs;
    std::string prompt = script.start.prompt;
    while (!player.finished()) {
        const app::ScriptFrame frame = player.next({});
        if (frame.pose)
            throw UsageError(file.string() + " has a camera path, which no simulator's ego can follow",
                             "segments with an action");
        TruthInput input{frame.action, {}};
        if (inputs.empty() && !prompt.empty()) input.prompt = prompt;
        if (!frame.prompt.empty() && frame.prompt != prompt) input.prompt = prompt = frame.prompt;
        inputs.push_back(std::move(input));
    }
    return inputs;
}

}  // namespace rv::tools
