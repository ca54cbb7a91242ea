#include <doctest/doctest.h>
#include <unistd.h>

#include <fstream>

#include "tests/layers/include_graph.h"

namespace fs = std::filesystem;
using rv::layers::check_includes;
using rv::layers::describe;

namespace {

/// A small tree of its own, removed at the end.
class Tree {
  public:
    Tree() { fs::create_directories(root_); }
    ~Tree() { fs::remove_all(root_); }
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;

    void add(const std::string& file, const std::string& text) const {
        fs::create_directories((root_ / file).parent_path());
        std::ofstream(root_ / file) << text;
    }
    [[nodiscard]] std::string check() const { return describe(check_includes(root_)); }

  private:
    fs::path root_ = fs::temp_directory_path() / ("reverie-layers-" + std::to_string(getpid()));
};

}  // namespace

TEST_CASE("[layers] the project's own includes follow the table") {
    const auto violations = check_includes(fs::current_path());
    CHECK_MESSAGE(violations.empty(), describe(violations));
}

TEST_CASE("[layers] the check reads the project and not an empty folder") {
    // An empty answer must mean "nothing wrong", not "nothing read".
    REQUIRE(fs::exists("renderer/CMakeLists.txt"));
    REQUIRE(fs::exists("engine/core/error.h"));
}

TEST_CASE("[layers] renderer and world_model never include each other") {
    const Tree tree;
    tree.add("renderer/pass.cpp", "#pragma once\n#include \"world_model/world.h\"\n");
    tree.add("world_model/world.h", "#include \"renderer/pass.h\"\n");
    CHECK(tree.check() ==
          "renderer/pass.cpp:2: #include \"world_model/world.h\": renderer may not include world_model\n"
          "world_model/world.h:1: #include \"renderer/pass.h\": world_model may not include renderer\n");
}

TEST_CASE("[layers] allowed arrows pass") {
    const Tree tree;
    tree.add("engine/core/error.h", "#include <string>\n#include \"engine/core/log.h\"\n");
    tree.add("interop/ring.cpp", "#include \"renderer/image.h\"\n  #  include \"world_model/world.h\"\n");
    tree.add("engine/app/application.cpp", "#include \"ui/theme.h\"\n#include \"interop/ring.h\"\n");
    tree.add("tests/core/test_error.cpp", "#include \"tools/command.h\"\n");
    CHECK(tree.check().empty());
}

TEST_CASE("[layers] core includes nothing of ours") {
    const Tree tree;
    tree.add("engine/core/error.h", "#include \"engine/asset/image.h\"\n");
    CHECK(tree.check() ==
          "engine/core/error.h:1: #include \"engine/asset/image.h\": engine/core may not include "
          "engine/asset\n");
}

TEST_CASE("[layers] nothing below the application includes the application or the tools") {
    const Tree tree;
    tree.add("ui/panel.cpp", "#include \"engine/app/session.h\"\n");
    tree.add("engine/app/session.cpp", "#include \"tools/command.h\"\n");
    CHECK(tree.check() ==
          "engine/app/session.cpp:1: #include \"tools/command.h\": engine/app may not include tools\n"
          "ui/panel.cpp:1: #include \"engine/app/session.h\": ui may not include engine/app\n");
}

TEST_CASE("[layers] a relative path does not hide an arrow") {
    const Tree tree;
    tree.add("renderer/passes/tone.cpp", "#include \"../../world_model/world.h\"\n#include \"../image.h\"\n");
    tree.add("world_model/world.h", "\n");
    tree.add("renderer/image.h", "\n");
    CHECK(tree.check() ==
          "renderer/passes/tone.cpp:1: #include \"../../world_model/world.h\": renderer may not include "
          "world_model\n");
}

TEST_CASE("[layers] Vulkan stays out of the world model, and LibTorch out of the renderer") {
    const Tree tree;
    tree.add("renderer/image.cpp", "#include <torch/torch.h>\n#include <vulkan/vulkan.h>\n");
    tree.add("world_model/world.cpp", "#include <ATen/core/Tensor.h>\n#include <vulkan/vulkan.h>\n");
    CHECK(tree.check() ==
          "renderer/image.cpp:1: #include \"torch/torch.h\": renderer may not include LibTorch\n"
          "world_model/world.cpp:2: #include \"vulkan/vulkan.h\": world_model may not include Vulkan\n");
}

TEST_CASE("[layers] includes in comments do not count, and CUDA sources do") {
    const Tree tree;
    tree.add("renderer/a.h", "// #include \"world_model/world.h\"\n");
    tree.add("renderer/b.cu", "#include \"world_model/world.h\"\n");
    CHECK(tree.check() ==
          "renderer/b.cu:1: #include \"world_model/world.h\": renderer may not include world_model\n");
}

TEST_CASE("[layers] a new folder needs a row") {
    const Tree tree;
    tree.add("engine/sound/mixer.cpp", "#include <vector>\n");
    CHECK(tree.check() ==
          "engine/sound/mixer.cpp:0: its folder has no row in tests/layers/include_graph.cpp\n");
}
