#include "engine/core/log.h"
#include "tools/command.h"

int main(int argc, char** argv) {
    rv::init_log();
    return rv::tools::run_command_line(argc, argv);
}
