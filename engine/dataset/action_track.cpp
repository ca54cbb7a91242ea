#include "engine/dataset/action_track.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>

#include "engine/core/error.h"

namespace rv::dataset {
namespace {

constexpr std::string_view kTime = "time", kPrompt = "prompt";
constexpr double kInstantS = 1e-6;  // shorter overlaps are rounding

std::string known_columns() {
    std::string names;
    for (const std::string_view name : kActionNames) names += std::string(name) + ", ";
    return names + std::string(kTime) + ", " + std::string(kPrompt);
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// Fills a table row by row and refuses what makes no sense.
class TableBuilder {
  public:
    explicit TableBuilder(std::string file) : file_(std::move(file)) {}

    void begin_row(int line) {
        line_ = line;
        values_ = {};
        time_.reset();
        prompt_.reset();
    }
    /// @throws FileError if there is no such column.
    void check_column(const std::string& name) const {
        if (name != kTime && name != kPrompt && std::ranges::find(kActionNames, name) == kActionNames.end())
            refuse("the column \"" + name + "\" is not known", "one of " + known_columns());
    }
    void put_number(const std::string& name, double value) {
        if (name == kTime) {
            if (!std::isfinite(value)) refuse("the time is not a number of seconds", "");
            time_ = value;
            return;
        }
        if (!(value >= -1 && value <= 1)) {
            std::ostringstream what;
            what << name << " is " << value << ", but actions go from -1 to 1";
            refuse(what.str(), "scale it before");
        }
        const auto at = std::ranges::find(kActionNames, name) - kActionNames.begin();
        values_[static_cast<std::size_t>(at)] = static_cast<float>(value);
    }
    void put_text(const std::string& name, std::string_view text) {
        if (name == kPrompt) {
            if (!text.empty()) prompt_ = std::string(text);
            return;
        }
        text = trimmed(text);
        if (text.empty() && name != kTime) return;  // as if the column were missing
        double value = 0;
        if (text.starts_with('+')) text.remove_prefix(1);
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (error != std::errc() || end != text.data() + text.size())
            refuse(name + " is \"" + std::string(text) + "\", which is no number", "");
        put_number(name, value);
    }
    void end_row() {
        if (!table_.actions.empty() && time_.has_value() == table_.time_s.empty())
            refuse("some rows have a time and others do not", "a time in every row, or in none");
        if (time_) {
            if (!table_.time_s.empty() && *time_ < table_.time_s.back())
                refuse("the time goes back", "rows in the order of their times");
            table_.time_s.push_back(*time_);
        }
        any_prompt_ = any_prompt_ || prompt_;
        // A row that says nothing keeps the prompt.
        table_.prompts.push_back(prompt_ ? *prompt_ : table_.prompts.empty() ? "" : table_.prompts.back());
        table_.actions.push_back(clamped(Action::from_values(values_)));
    }
    ActionTable finish() {
        if (table_.actions.empty()) throw FileError(file_, "has no row of actions");
        if (!any_prompt_) table_.prompts.clear();
        return std::move(table_);
    }
    [[noreturn]] void refuse(const std::string& what, const std::string& remedy) const {
        throw FileError(file_, "line " + std::to_string(line_) + ": " + what, remedy);
    }

  private:
    std::string file_;
    int line_ = 1;
    std::array<float, kActionSize> values_{};
    std::optional<double> time_;
    std::optional<std::string> prompt_;
    bool any_prompt_ = false;
    ActionTable table_;
};

/// The fields of one line; quotes as in RFC 4180, but no line breaks inside them.
std::vector<std::string> csv_fields(std::string_view line) {
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
            fields.back() += line[++i];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            fields.emplace_back();
        } else {
            fields.back() += c;
        }
    }
    for (std::string& field : fields) field = std::string(trimmed(field));
    return fields;
}

void read_csv(std::istream& file, TableBuilder& table) {
    std::string line;
    std::vector<std::string> names;
    for (int number = 1; std::getline(file, line); ++number) {
        if (number == 1 && line.starts_with("\xef\xbb\xbf")) line.erase(0, 3);  // a byte order mark
        if (trimmed(line).empty()) continue;
        const auto fields = csv_fields(line);
        table.begin_row(number);
        if (names.empty()) {
            names = fields;
            for (const std::string& name : names) table.check_column(name);
            if (std::set(names.begin(), names.end()).size() != names.size())
                table.refuse("a column is named twice", "");
            continue;
        }
        if (fields.size() != names.size())
            table.refuse("has " + std::to_string(fields.size()) + " values for " +
                             std::to_string(names.size()) + " columns",
                         "");
        for (std::size_t i = 0; i < names.size(); ++i) table.put_text(names[i], fields[i]);
        table.end_row();
    }
}

void read_jsonl(std::istream& file, TableBuilder& table) {
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        if (trimmed(line).empty()) continue;
        table.begin_row(number);
        const auto object = nlohmann::json::parse(line, nullptr, false);
        if (!object.is_object()) table.refuse("is not a JSON object", R"({"forward": 1, "turn": -0.5})");
        for (const auto& [name, value] : object.items()) {
            table.check_column(name);
            if (name == kPrompt && value.is_string())
                table.put_text(name, value.get<std::string>());
            else if (name != kPrompt && value.is_number())
                table.put_number(name, value.get<double>());
            else if (name != kPrompt && name != kTime && value.is_boolean())
                table.put_number(name, value.get<bool>() ? 1 : 0);
            else
                table.refuse(
                    name + " is " + value.dump() + ", which is no " + (name == kPrompt ? "text" : "number"),
                    "");
        }
        table.end_row();
    }
}

}  // namespace

ActionTable read_actions(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw FileError(path.string(), "cannot be opened");
    TableBuilder table(path.string());
    if (path.extension() == ".jsonl")
        read_jsonl(file, table);
    else
        read_csv(file, table);
    return table.finish();
}

ActionTrack::ActionTrack(ActionTable table, double frame_rate) : table_(std::move(table)) {
    begin_s_ = table_.time_s;
    for (std::size_t i = begin_s_.size(); i < table_.actions.size(); ++i)
        begin_s_.push_back((static_cast<double>(i) - 1) / frame_rate);
}

std::ptrdiff_t ActionTrack::row_until(double time_s) const {
    return std::ranges::lower_bound(begin_s_, time_s - kInstantS) - begin_s_.begin() - 1;
}

Action ActionTrack::between(double from_s, double to_s) const {
    const std::ptrdiff_t last = row_until(to_s);
    if (last < 0) return {};
    if (to_s - from_s <= kInstantS) return table_.actions[static_cast<std::size_t>(last)];
    std::array<double, kActionSize> sums{};
    std::array<float, kActionSize> most{};
    for (std::ptrdiff_t row = last; row >= 0; --row) {
        const auto i = static_cast<std::size_t>(row);
        const double end = row == last ? to_s : begin_s_[i + 1];
        const double overlap_s = end - std::max(begin_s_[i], from_s);
        if (overlap_s > kInstantS) {
            const auto values = table_.actions[i].values();
            if (overlap_s > to_s - from_s - kInstantS) return table_.actions[i];
            for (std::size_t a = 0; a < kActionSize; ++a) {
                sums[a] += overlap_s * static_cast<double>(values[a]);
                most[a] = std::max(most[a], values[a]);
            }
        }
        if (begin_s_[i] <= from_s) break;
    }
    std::array<float, kActionSize> mean{};
    for (std::size_t a = 0; a < kActionSize; ++a) mean[a] = static_cast<float>(sums[a] / (to_s - from_s));
    Action action = Action::from_values(mean);
    const Action pressed = Action::from_values(most);
    action.run = pressed.run;
    action.jump = pressed.jump;
    return clamped(action);
}

const std::string& ActionTrack::prompt_at(double time_s) const {
    static const std::string kNone;
    if (table_.prompts.empty()) return kNone;
    return table_.prompts[static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, row_until(time_s)))];
}

}  // namespace rv::dataset
