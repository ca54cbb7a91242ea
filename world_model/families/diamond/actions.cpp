#include "world_model/families/diamond/actions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace rv::world_model::families::diamond {
namespace {

constexpr std::array<std::string_view, 18> kMeanings = {
    "noop",     "fire",     "up",          "right",      "left",          "down",
    "upright",  "upleft",   "downright",   "downleft",   "upfire",        "rightfire",
    "leftfire", "downfire", "uprightfire", "upleftfire", "downrightfire", "downleftfire"};

// Which of kMeanings each game knows, as the Arcade Learning Environment numbers them.
const std::map<std::string_view, std::vector<int>>& games() {
    static const std::vector<int> all = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17};
    static const std::map<std::string_view, std::vector<int>> table = {
        {"Alien", all},
        {"Amidar", {0, 1, 2, 3, 4, 5, 10, 11, 12, 13}},
        {"Assault", {0, 1, 2, 3, 4, 11, 12}},
        {"Asterix", {0, 2, 3, 4, 5, 6, 7, 8, 9}},
        {"BankHeist", all},
        {"BattleZone", all},
        {"Boxing", all},
        {"Breakout", {0, 1, 3, 4}},
        {"ChopperCommand", all},
        {"CrazyClimber", {0, 2, 3, 4, 5, 6, 7, 8, 9}},
        {"DemonAttack", {0, 1, 3, 4, 11, 12}},
        {"Freeway", {0, 2, 5}},
        {"Frostbite", all},
        {"Gopher", {0, 1, 2, 3, 4, 10, 11, 12}},
        {"Hero", all},
        {"Jamesbond", all},
        {"Kangaroo", all},
        {"Krull", all},
        {"KungFuMaster", {0, 2, 3, 4, 5, 8, 9, 11, 12, 13, 14, 15, 16, 17}},
        {"MsPacman", {0, 2, 3, 4, 5, 6, 7, 8, 9}},
        {"Pong", {0, 1, 3, 4, 11, 12}},
        {"PrivateEye", all},
        {"Qbert", {0, 1, 2, 3, 4, 5}},
        {"RoadRunner", all},
        {"Seaquest", all},
        {"UpNDown", {0, 1, 2, 5, 10, 13}}};
    return table;
}

constexpr float kPressed = 0.5f;  // sticks rest near 0

class AtariActions : public GameActions {
  public:
    explicit AtariActions(std::vector<std::string> meanings) : meanings_(std::move(meanings)) {}

    [[nodiscard]] std::vector<WorldButton> buttons() const override { return {}; }

    [[nodiscard]] torch::Tensor vector(const Action& wanted) const override {
        torch::Tensor one_hot = torch::zeros({static_cast<int64_t>(meanings_.size())});
        one_hot[index_of(clamped(wanted))] = 1;
        return one_hot;
    }

  private:
    [[nodiscard]] int64_t index_of(const Action& a) const {
        const std::string vertical = a.forward > kPressed ? "up" : a.forward < -kPressed ? "down" : "";
        const std::string horizontal = a.sideways > kPressed ? "right" : a.sideways < -kPressed ? "left" : "";
        const std::string fire = a.jump > 0 ? "fire" : "";
        // A game need not know every combination: then its parts, the direction before the button.
        for (const std::string& meaning : {vertical + horizontal + fire, horizontal + fire, vertical + fire,
                                           vertical + horizontal, horizontal, vertical, fire}) {
            if (const auto index = known(meaning)) return *index;
        }
        return known("noop").value_or(0);
    }
    [[nodiscard]] std::optional<int64_t> known(const std::string& meaning) const {
        const auto found = std::ranges::find(meanings_, meaning);
        if (meaning.empty() || found == meanings_.end()) return std::nullopt;
        return found - meanings_.begin();
    }

    std::vector<std::string> meanings_;
};

class CsgoActions : public GameActions {
  public:
    [[nodiscard]] std::vector<WorldButton> buttons() const override {
        return {{"crouch", {"Left Ctrl"}}, {"weapon1", {"1"}}, {"weapon2", {"2"}},
                {"weapon3", {"3"}},        {"reload", {"R"}},  {"fire", {"Mouse Left"}},
                {"scope", {"Mouse Right"}}};
    }

    [[nodiscard]] torch::Tensor vector(const Action& wanted) const override {
        const Action a = clamped(wanted);
        torch::Tensor vector = torch::zeros({kCsgoActions});
        auto* values = vector.data_ptr<float>();
        const auto held = [&](int button) { return (a.buttons >> button & 1) != 0; };
        const auto set = [&](int64_t place, bool on) { values[place] = on ? 1 : 0; };
        set(0, a.forward > kPressed);
        set(1, a.sideways < -kPressed);
        set(2, a.forward < -kPressed);
        set(3, a.sideways > kPressed);
        set(4, a.jump > 0);
        set(5, held(0));
        set(6, a.run > 0);  // Shift walks here
        // Only one weapon at a time (src/csgo/keymap.py, CSGO_FORBIDDEN_COMBINATIONS).
        for (int weapon = 1; weapon <= 3; ++weapon) {
            if (!held(weapon)) continue;
            set(6 + weapon, true);
            break;
        }
        set(10, held(4));
        set(11, held(5));
        set(12, held(6));
        constexpr float kFullTurn = 60, kFullLook = 50;  // what the authors' arrow keys stand for
        set(13 + nearest(kMouseX, a.turn * kFullTurn), true);
        set(13 + static_cast<int64_t>(kMouseX.size()) + nearest(kMouseY, -a.look * kFullLook), true);
        return vector;
    }

  private:
    static constexpr std::array<float, 23> kMouseX = {-1000, -500, -300, -200, -100, -60, -30, -20,
                                                      -10,   -4,   -2,   0,    2,    4,   10,  20,
                                                      30,    60,   100,  200,  300,  500, 1000};
    static constexpr std::array<float, 15> kMouseY = {-200, -100, -50, -20, -10, -4,  -2, 0,
                                                      2,    4,    10,  20,  50,  100, 200};

    static int64_t nearest(std::span<const float> steps, float motion) {
        const auto distance = [&](float step) { return std::abs(step - motion); };
        return std::ranges::min_element(steps, {}, distance) - steps.begin();
    }
};

}  // namespace

std::span<const std::string_view> atari_meanings() {
    return kMeanings;
}

std::vector<std::string> meanings_of(std::string_view game) {
    std::vector<std::string> meanings;
    const auto found = games().find(game);
    if (found == games().end()) return meanings;
    for (const int index : found->second) meanings.emplace_back(kMeanings[static_cast<size_t>(index)]);
    return meanings;
}

std::unique_ptr<GameActions> atari_actions(std::vector<std::string> meanings) {
    return std::make_unique<AtariActions>(std::move(meanings));
}

std::unique_ptr<GameActions> csgo_actions() {
    return std::make_unique<CsgoActions>();
}

}  // namespace rv::world_model::families::diamond
