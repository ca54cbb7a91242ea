#include "engine/app/application.h"

namespace rv::app {

// On its own, so that a program with worlds of its own need not link the models.
int run_application(const ApplicationOptions& options) {
    return run_application(options, {world_model::open_world, world_model::list_worlds});
}

}  // namespace rv::app
