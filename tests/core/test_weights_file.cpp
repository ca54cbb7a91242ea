#include <doctest/doctest.h>

#include "engine/core/safetensors.h"
#include "engine/core/weights_file.h"
#include "tests/support/files.h"
#include "tests/support/messages.h"
#include "tests/support/pickle_writer.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/zip_writer.h"

using namespace rv;
using namespace rv::tests;

namespace {

const std::vector<float> kValues = {1, 2, 3, 4, 5, 6};

void write_pytorch(const std::filesystem::path& path, const std::string& pickle) {
    ZipWriter zip;
    zip.add("a/data.pkl", pickle);
    zip.add("a/data/0", {reinterpret_cast<const char*>(kValues.data()), 24});
    put_bytes(path, zip.finish());
}

}  // namespace

TEST_CASE("[WeightsFile] tells the formats apart by their content") {
    const TemporaryFolder folder;
    const TensorEntry entry{"w", DType::F32, {2, 3}, std::as_bytes(std::span(kValues))};
    write_safetensors(folder / "s.pt", std::span(&entry, 1), {{"kind", "x"}});
    write_pytorch(folder / "p.safetensors", PickleWriter().raw("}").text("w").tensor({}).raw("s").finish());
    const WeightsFile safetensors = WeightsFile::open(folder / "s.pt");
    WeightsFile pytorch = WeightsFile::open(folder / "p.safetensors");
    CHECK(safetensors.format() == WeightsFile::Format::Safetensors);
    CHECK(safetensors.metadata().at("kind") == "x");
    CHECK(pytorch.format() == WeightsFile::Format::Pytorch);
    CHECK(pytorch.path() == folder / "p.safetensors");
    const WeightsFile moved = std::move(pytorch);  // and its views with it
    for (const WeightsFile* file : {&safetensors, &moved}) {
        CHECK(file->names() == std::vector<std::string>{"w"});
        CHECK(file->at("w").values<float>() == kValues);
    }
    put_bytes(folder / "g", "GGUF, or something else");
    CHECK(contains(message_of([&] { WeightsFile::open(folder / "g"); }),
                   "neither a safetensors nor a PyTorch"));
    put_bytes(folder / "e", "");
    CHECK(contains(message_of([&] { WeightsFile::open(folder / "e"); }), "too short"));
    CHECK(contains(message_of([&] { WeightsFile::open(folder / "absent"); }), "cannot be opened"));
    CHECK(contains(message_of([&] { WeightsFile::open(folder.path()); }), "not a regular file"));
}

TEST_CASE("[WeightsFile] finds the weights among what was saved with them") {
    const TemporaryFolder folder;
    PickleWriter pickle;
    pickle.raw("}(").text("optimizer").raw("}").text("w").tensor({}).raw("s");
    pickle.text("state_dicts").tensor({});
    pickle.text("model").raw("}").text("state_dict").raw("}(").text("a.w").tensor({}).text("b").tensor({});
    pickle.raw("usu");
    write_pytorch(folder / "a.pt", pickle.finish());
    const WeightsFile file = WeightsFile::open(folder / "a.pt");
    CHECK(file.names().size() == 4);
    CHECK(file.wrapping_entry() == "model.state_dict");
    const TensorViews weights = file.tensors_under(file.wrapping_entry());
    REQUIRE(weights.size() == 2);
    CHECK(weights.contains("a.w"));
    CHECK(weights.at("b").values<float>() == kValues);
    CHECK(file.tensors_under("").size() == 4);
    CHECK(file.tensors_under("nothing").empty());

    write_pytorch(folder / "b.pt", PickleWriter().raw("}").text("w").tensor({}).raw("s").finish());
    CHECK(WeightsFile::open(folder / "b.pt").wrapping_entry().empty());
}
