/// reverie manual: the manual page of the program.

#include <cstdio>
#include <memory>

#include "engine/core/atomic_file.h"
#include "tools/command.h"
#include "tools/man_page.h"

namespace rv::tools {
namespace {

const Command kManual("manual", "Write the manual page, with every command and option",
                      [](CLI::App& app) -> Run {
                          auto file = std::make_shared<std::string>();
                          app.add_option("--out", *file,
                                         "File to write; without it the page goes to standard output");
                          app.footer(
                              "Examples:\n"
                              "  reverie manual --out reverie.1 && man -l reverie.1\n"
                              "  reverie manual | man -l -");
                          return [file, &app] {
                              const std::string page = man_page(*app.get_parent(), REVERIE_VERSION);
                              if (file->empty())
                                  std::fputs(page.c_str(), stdout);
                              else
                                  write_file_atomically(*file, page);
                              return 0;
                          };
                      });

}  // namespace
}  // namespace rv::tools
