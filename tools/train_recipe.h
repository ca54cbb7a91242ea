#pragma once
/// reverie train --recipe: makes a whole world in one go.

#include "tools/command.h"

namespace rv::tools {

/// Adds --recipe and what belongs to it. @return what runs when no part was named.
Run declare_recipe(CLI::App& app);

}  // namespace rv::tools
