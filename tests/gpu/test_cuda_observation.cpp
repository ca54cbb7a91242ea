#include <ATen/ATen.h>
#include <doctest/doctest.h>

#include "interop/cuda_observation.h"
#include "tests/gpu/counting_cuda.h"
#include "tests/gpu/shared_device.h"
#include "tests/renderer/reference_scene.h"

using namespace rv;
using namespace rv::interop;

namespace {

const Intrinsics kView = Intrinsics::from_vertical_fov(161, 91, 1.0f);

template <class T>
at::Tensor copied(std::span<const T> values, at::IntArrayRef shape, at::ScalarType type) {
    return at::from_blob(const_cast<T*>(values.data()), shape, type).clone();
}

/// What the host is given of the same scene.
ObservationTensors by_way_of_the_host(const renderer::SceneMaps& maps) {
    const std::int64_t h = maps.height, w = maps.width;
    return {copied(maps.rgba, {h, w, 4}, at::kByte), copied(maps.depth_m, {h, w}, at::kFloat),
            copied(maps.normals, {h, w, 4}, at::kChar),
            copied(maps.segmentation, {h, w}, at::kByte).to(at::kInt)};
}

void check_equal(const ObservationTensors& seen, const ObservationTensors& wanted) {
    CHECK(seen.rgba.cpu().equal(wanted.rgba));
    CHECK(seen.depth_m.cpu().equal(wanted.depth_m));
    CHECK(seen.normals.cpu().equal(wanted.normals));
    CHECK(seen.segmentation.cpu().equal(wanted.segmentation));
}

}  // namespace

TEST_CASE(
    "[CudaObservation] the model's tensors hold the same bits as the host's maps, without a host copy") {
    renderer::Device device(shared_device());
    renderer::SceneRenderer renderer(device);
    CountingCuda cuda;
    CudaObservation eye(device, kView.width, kView.height, cuda);
    for (const renderer::test::Mood mood : {renderer::test::Mood::Noon, renderer::test::Mood::Rain}) {
        const asset::Scene scene = renderer::test::landscape(mood);
        const CameraPose pose = renderer::test::landscape_camera();
        const auto wanted = by_way_of_the_host(renderer.draw(scene, pose, kView));
        check_equal(eye.draw(renderer, scene, pose, kView), wanted);
    }
    CHECK(cuda.host_copies == 0);
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[CudaObservation] what was queued on the stream reads its own picture, not the next") {
    renderer::Device device(shared_device());
    renderer::SceneRenderer renderer(device);
    CountingCuda cuda;
    CudaObservation eye(device, kView.width, kView.height, cuda);
    std::vector<at::Tensor> kept, wanted;
    const auto scene = [](int i) { return renderer::test::cube({0.1f * static_cast<float>(i % 7), 0, -6}); };
    for (int i = 0; i < 40; ++i)
        kept.push_back(eye.draw(renderer, scene(i), {}, kView).rgba.clone());  // queued, not waited for
    for (int i = 0; i < 40; ++i)
        wanted.push_back(by_way_of_the_host(renderer.draw(scene(i), {}, kView)).rgba);
    for (std::size_t i = 0; i < kept.size(); ++i) CHECK(kept[i].cpu().equal(wanted[i]));
    CHECK(device.validation_messages() == 0);
}

TEST_CASE("[CudaObservation] a tensor may outlive what drew it") {
    renderer::Device device(shared_device());
    renderer::SceneRenderer renderer(device);
    CountingCuda cuda;
    at::Tensor depth;
    {
        CudaObservation eye(device, kView.width, kView.height, cuda);
        depth = eye.draw(renderer, renderer::test::cube({0, 0, -6}), {}, kView).depth_m;
    }
    CHECK(depth[45][80].item<float>() == doctest::Approx(5.0).epsilon(1e-4));
    CHECK(cuda.alive == 1);
    depth.reset();
    CHECK(cuda.alive == 0);
    CHECK(device.validation_messages() == 0);
}
