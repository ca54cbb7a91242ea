#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>
#include <torch/torch.h>

#include <cstdio>

// Without a GPU nothing here can be shown, and a run that showed nothing must not look like one that passed.
int main(int argc, char** argv) {
    if (!torch::cuda::is_available()) {
        std::fputs("reverie_tests_gpu: LibTorch finds no usable GPU; ./reverie doctor says why\n", stderr);
        return 3;
    }
    doctest::Context context(argc, argv);
    return context.run();
}
