#include "ui/panels/quality_panel.h"

#include <array>
#include <cmath>

#include "ui/widgets.h"

namespace rv::ui {
namespace {

constexpr std::array kFilterNames = {"Edge-aware", "Bilinear", "Nearest"};

constexpr int kShortestDeadlineMs = 5, kLongestDeadlineMs = 500;

// While a deadline is held the steps are shown, and not to be moved.
void choose_steps(const ExplorerState& state, int most, Intents& intents) {
    int steps = state.sampler_steps;
    caption("Sampler steps a frame");
    ImGui::SetNextItemWidth(-1);
    ImGui::BeginDisabled(state.deadline_ms > 0);
    if (ImGui::SliderInt("##steps", &steps, 1, most, "%d", ImGuiSliderFlags_AlwaysClamp))
        intents.sampler_steps = steps;
    ImGui::EndDisabled();
}

void choose_deadline(const ExplorerState& state, Intents& intents) {
    bool held = state.deadline_ms > 0;
    // At first the time that a frame has at the world's own rate.
    if (toggle("Hold a frame time", &held))
        intents.deadline_ms = held && state.frame_rate > 0 ? std::floor(1000 / state.frame_rate) : 0;
    if (state.deadline_ms <= 0) return;
    int deadline_ms = static_cast<int>(std::lround(state.deadline_ms));
    ImGui::SetNextItemWidth(-1);
    if (ImGui::SliderInt("##deadline", &deadline_ms, kShortestDeadlineMs, kLongestDeadlineMs, "%d ms a step",
                         ImGuiSliderFlags_AlwaysClamp | ImGuiSliderFlags_Logarithmic))
        intents.deadline_ms = deadline_ms;
}

void choose_filter(const ExplorerState& state, Intents& intents) {
    caption("Upscaling");
    if (const auto chosen = one_of(kFilterNames, static_cast<std::size_t>(state.filter)))
        intents.filter = static_cast<Filter>(*chosen);
}

void choose_inside(const ExplorerState& state, bool has_depth, Intents& intents) {
    caption("Beside it");
    static constexpr std::array kAll = {"Nothing", "Depth", "Latent"}, kFlat = {"Nothing", "Latent", ""};
    const bool latent = state.inside == Inside::Latent;
    if (has_depth) {
        if (const auto chosen = one_of(kAll, static_cast<std::size_t>(state.inside)))
            intents.inside = static_cast<Inside>(*chosen);
    } else if (const auto chosen = one_of(std::span(kFlat).first(2), latent ? 1 : 0)) {
        intents.inside = *chosen == 1 ? Inside::Latent : Inside::Nothing;
    }
}

}  // namespace

void QualityPanel::draw(const ExplorerState& state, const Fonts& fonts, Intents& intents) {
    if (state.worlds.empty()) return;
    const WorldEntry& world = state.worlds[static_cast<std::size_t>(state.world)];
    ImGui::PushID("quality");
    if (world.max_sampler_steps > 1) {
        choose_steps(state, world.max_sampler_steps, intents);
        choose_deadline(state, intents);
    }
    ImGui::PushFont(fonts.small);
    choose_filter(state, intents);
    choose_inside(state, world.has_depth, intents);
    ImGui::PopFont();
    ImGui::PopID();
}

}  // namespace rv::ui
