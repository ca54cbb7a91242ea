#include "tools/man_page.h"

#include <sstream>

namespace rv::tools {
namespace {

// What roff would take for its own: a backslash, a hyphen, and a line that begins with a dot or an
// apostrophe.
std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const bool at_line_start = out.empty() || out.back() == '\n';
        if (at_line_start && (c == '.' || c == '\'')) out += "\\&";
        if (c == '\\')
            out += "\\e";
        else if (c == '-')
            out += "\\-";
        else
            out += c;
    }
    return out;
}

std::string bold(const std::string& text) {
    return "\\fB" + escaped(text) + "\\fR";
}

std::string italic(const std::string& text) {
    return "\\fI" + escaped(text) + "\\fR";
}

// "--record TEXT", "-h, --help", "FILE".
std::string usage_of(const CLI::Option& option) {
    const std::string type = option.get_type_size() == 0 ? "" : option.get_type_name();
    if (option.get_positional()) return italic(option.get_name());
    std::string names = option.get_name(false, true);  // "-h,--help"
    if (const std::size_t comma = names.find(','); comma != std::string::npos) names.insert(comma + 1, " ");
    return bold(names) + (type.empty() ? "" : " " + italic(type));
}

std::string meaning_of(const CLI::Option& option) {
    std::string text = escaped(option.get_description());
    if (option.get_required()) text += " (required)";
    if (!option.get_default_str().empty()) text += " [" + escaped(option.get_default_str()) + "]";
    return text;
}

void write_options(std::ostream& out, const CLI::App& app) {
    for (const CLI::Option* option : app.get_options())
        out << ".TP\n" << usage_of(*option) << "\n" << meaning_of(*option) << "\n";
}

// As it stands, line by line: examples, and notes that are wrapped already.
void write_footer(std::ostream& out, const CLI::App& app) {
    const std::string footer = app.get_footer();
    if (!footer.empty()) out << ".PP\n.nf\n" << escaped(footer) << "\n.fi\n";
}

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App* command) { return !command->get_name().empty(); });
}

void write_command(std::ostream& out, const CLI::App& app, const std::string& name) {
    out << ".SS " << bold(name) << "\n" << escaped(app.get_description()) << "\n";
    write_options(out, app);
    write_footer(out, app);
    for (const CLI::App* command : commands_of(app))
        write_command(out, *command, name + " " + command->get_name());
}

}  // namespace

std::string man_page(const CLI::App& program, const std::string& version) {
    std::ostringstream out;
    const std::string& name = program.get_name();
    out << ".TH REVERIE 1 \"\" \"Reverie " << version << "\" \"User Commands\"\n"
        << ".SH NAME\n"
        << escaped(name) << " \\- explore generated worlds\n"
        << ".SH SYNOPSIS\n"
        << bold(name) << " " << italic("COMMAND") << " [" << italic("OPTION") << "]...\n"
        << ".SH DESCRIPTION\n"
        << escaped(program.get_description()) << "\n"
        << ".SH OPTIONS\n";
    write_options(out, program);
    write_footer(out, program);
    out << ".SH COMMANDS\n";
    for (const CLI::App* command : commands_of(program))
        write_command(out, *command, name + " " + command->get_name());
    return out.str();
}

}  // namespace rv::tools
