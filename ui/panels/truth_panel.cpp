#include "ui/panels/truth_panel.h"

#include <cstdio>

#include "ui/widgets.h"

namespace rv::ui {

void TruthPanel::draw(const TruthView& truth, const Fonts& fonts, Intents& intents) {
    bool shown = truth.shown;
    if (toggle("Simulator beside", &shown)) intents.truth = shown;
    if (!truth.shown) {
        ImGui::PushFont(fonts.small);
        ImGui::PushTextWrapPos(0);
        ImGui::TextColored(palette::kMuted,
                           "Starts again from the first frame, and moves with the same keys.");
        ImGui::PopTextWrapPos();
        ImGui::PopFont();
        return;
    }
    bool difference = truth.difference;
    if (toggle("Show the difference", &difference)) intents.difference = difference;
    char figure[32];
    std::snprintf(figure, sizeof figure, "%.1f dB", truth.psnr_db);
    value_row("nearness (PSNR)", figure,
              packed(truth.psnr_db > 20   ? palette::kGood
                     : truth.psnr_db > 14 ? palette::kWarning
                                          : palette::kAlert));
    constexpr float kTopDb = 40;
    history_graph(truth.history_db, kTopDb, 20, {ImGui::GetContentRegionAvail().x, units(44)});
    if (ImGui::Button("Anchor to the simulator", {ImGui::GetContentRegionAvail().x, 0}))
        intents.anchor = true;
}

}  // namespace rv::ui
