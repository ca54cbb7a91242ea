#include <doctest/doctest.h>
#include <unistd.h>

#include <numeric>

#include "engine/core/pytorch_file.h"
#include "tests/support/files.h"
#include "tests/support/messages.h"
#include "tests/support/pickle_writer.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/zip_writer.h"

using namespace rv;
using namespace rv::tests;

namespace {

template <class T>
std::string bytes_of_values(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

const std::string kSixFloats = bytes_of_values<float>({1, 2, 3, 4, 5, 6});

/// A file as torch.save writes it, of that pickle and that storage "0".
std::string archive(const std::string& pickle, const std::string& storage = kSixFloats) {
    ZipWriter zip;
    zip.add("archive/data.pkl", pickle);
    zip.add("archive/byteorder", "little");
    zip.add("archive/data/0", storage);
    zip.add("archive/version", "3\n");
    return zip.finish();
}

struct Opened {
    TemporaryFolder folder;
    PytorchFile file;
    explicit Opened(const std::string& bytes) : file(open(folder, bytes)) {}
    static PytorchFile open(const TemporaryFolder& folder, const std::string& bytes) {
        put_bytes(folder / "a.pt", bytes);
        return PytorchFile::open(folder / "a.pt");
    }
};

std::string refusal(const std::string& bytes) {
    return message_of([&] { const Opened opened(bytes); });
}

std::string refusal_of_pickle(const PickleWriter& pickle) {
    return refusal(archive(pickle.finish()));
}

bool lies_in(const TensorView& view, const PytorchFile& file) {
    const auto all = file.contents();
    return view.bytes.data() >= all.data() &&
           view.bytes.data() + view.bytes.size() <= all.data() + all.size();
}

}  // namespace

TEST_CASE("[PytorchFile] a state dict is read, nested names joined, storages shared") {
    PickleWriter pickle;
    pickle.raw("}(").text("epoch").integer(7).text("rate").real(0.25).text("game").text("Pong");
    pickle.text("losses").raw("](").real(1.5).integer(2).raw("e").text("none").raw("N");
    pickle.text("model").ordered_dict().raw("q\x05(");
    pickle.text("a.weight").tensor({});
    pickle.text("a.row").tensor({.offset = 3, .shape = {3}, .strides = {1}});
    pickle.text("a.scalar").tensor({.offset = 5, .shape = {}, .strides = {}});
    pickle.text("a.empty").tensor({.offset = 6, .shape = {0, 4}, .strides = {4, 1}});
    pickle.text("a.parameter").function("torch._utils _rebuild_parameter").tensor({}).raw("\x88");
    pickle.ordered_dict().raw("\x87R");
    pickle.raw("u}").text("_metadata").ordered_dict().raw("sb");  // attributes of the OrderedDict
    pickle.text("list").raw("](").tensor({}).tensor({.offset = 1, .shape = {1}, .strides = {99}}).raw("e");
    pickle.integer(3).raw("}").text("x").tensor({}).raw("s").raw("u");

    const Opened opened(archive(pickle.finish()));
    const PytorchFile& file = opened.file;
    CHECK(file.names() == std::vector<std::string>{"3.x", "list.0", "list.1", "model.a.empty",
                                                   "model.a.parameter", "model.a.row", "model.a.scalar",
                                                   "model.a.weight"});
    const TensorView& weight = file.at("model.a.weight");
    CHECK(weight.dtype == DType::F32);
    CHECK(weight.shape == std::vector<std::int64_t>{2, 3});
    CHECK(weight.values<float>() == std::vector<float>{1, 2, 3, 4, 5, 6});
    CHECK(file.at("model.a.row").values<float>() == std::vector<float>{4, 5, 6});
    CHECK(file.at("model.a.row").bytes.data() == weight.bytes.data() + 12);
    CHECK(file.at("model.a.scalar").values<float>() == std::vector<float>{6});
    CHECK(file.at("model.a.scalar").shape.empty());
    CHECK(file.at("model.a.empty").element_count() == 0);
    CHECK(file.at("list.1").values<float>() == std::vector<float>{2});
    for (const auto& [name, view] : file.tensors()) CHECK(lies_in(view, file));
    CHECK(file.copied_bytes() == 0);
    CHECK(file.metadata() ==
          std::map<std::string, std::string>{{"epoch", "7"}, {"rate", "0.25"}, {"game", "Pong"}});
    CHECK_THROWS_WITH_AS(static_cast<void>(file.at("bias")), doctest::Contains("no tensor 'bias'"),
                         FileError);
}

TEST_CASE("[PytorchFile] every type of storage is read") {
    const std::pair<const char*, DType> types[] = {
        {"DoubleStorage", DType::F64},    {"FloatStorage", DType::F32}, {"HalfStorage", DType::F16},
        {"BFloat16Storage", DType::BF16}, {"LongStorage", DType::I64},  {"IntStorage", DType::I32},
        {"ShortStorage", DType::I16},     {"CharStorage", DType::I8},   {"ByteStorage", DType::U8},
        {"BoolStorage", DType::Bool}};
    for (const auto& [name, dtype] : types) {
        CAPTURE(name);
        const Opened opened(archive(PickleWriter().tensor({.type = name}).finish(),
                                    std::string(6 * size_bytes(dtype), '\1')));
        const TensorView& view = opened.file.at("tensor");
        CHECK(view.dtype == dtype);
        CHECK(view.element_count() == 6);
        CHECK(reinterpret_cast<std::uintptr_t>(view.bytes.data()) % 64 == 0);
    }
}

TEST_CASE("[PytorchFile] tensors that are not row-major are copied in the order of their shape") {
    PickleWriter pickle;
    pickle.raw("}(").text("transposed").tensor({.shape = {3, 2}, .strides = {1, 3}});
    pickle.text("spread").tensor({.offset = 1, .shape = {2, 2}, .strides = {0, 3}});
    pickle.text("last").tensor({.shape = {1, 3, 1, 2}, .strides = {1, 2, INT64_MAX, 1}}).raw("u");
    const Opened opened(archive(pickle.finish()));
    CHECK(opened.file.at("transposed").values<float>() == std::vector<float>{1, 4, 2, 5, 3, 6});
    CHECK(opened.file.at("spread").values<float>() == std::vector<float>{2, 5, 2, 5});
    CHECK(opened.file.at("last").values<float>() == std::vector<float>{1, 2, 3, 4, 5, 6});
    CHECK(opened.file.copied_bytes() == 40);
    CHECK(lies_in(opened.file.at("last"), opened.file));
    // A few bytes that spread over a gigabyte
    CHECK(contains(refusal_of_pickle(PickleWriter().tensor({.shape = {1 << 28}, .strides = {0}})),
                   "more than a file of its size can hold"));
}

TEST_CASE("[PytorchFile] the opcodes of protocol 4 are read") {
    using namespace std::string_literals;
    std::string pickle = "\x80\x04\x95\x10\0\0\0\0\0\0\0"s;
    pickle += "}\x94(\x8c\x01k\x94\x8c\x01v\x94\x8c\x01w\x94";  // {"k": "v", "w": (None,)}
    pickle += "N\x85\x94u.";
    const Opened opened(archive(pickle));
    CHECK(opened.file.metadata() == std::map<std::string, std::string>{{"k", "v"}});
    CHECK(opened.file.tensors().empty());
}

TEST_CASE("[PytorchFile] a file of more than 4 GB is read without being read") {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder / "large.pt";
    constexpr std::int64_t kElements = (std::int64_t{5} << 30) / 4;
    ZipWriter zip;
    zip.add(
        "large/data.pkl",
        PickleWriter()
            .raw("}")
            .text("w")
            .tensor({.storage_elements = kElements, .offset = kElements - 3, .shape = {3}, .strides = {1}})
            .raw("s")
            .finish());
    // The storage's header by hand; its data is a hole in the file.
    const std::uint64_t header = zip.file().size();
    const std::string name = "large/data/0";
    ZipWriter storage;
    storage.add(name, "", {.zip64 = true, .sizes_follow = true});
    zip.file() += storage.file().substr(0, storage.file().size() - 16);
    zip.add_to_directory(name, kElements * 4, header, 0x0808, {.zip64 = true});
    const std::uint64_t end = zip.file().size() + kElements * 4;
    {
        put_bytes(path, zip.file());
        REQUIRE(::truncate(path.c_str(), static_cast<off_t>(end)) == 0);
        std::ofstream out(path, std::ios::binary | std::ios::app);
        out << zip.ending(end, true);
    }
    const PytorchFile file = PytorchFile::open(path);
    CHECK(file.at("w").values<float>() == std::vector<float>{0, 0, 0});
    CHECK(file.contents().size() > std::size_t{5} << 30);
}

TEST_CASE("[PytorchFile] nothing is called, and what is not known is refused by name") {
    for (const char* name :
         {"os system", "posix system", "builtins eval", "builtins exec", "subprocess Popen",
          "builtins getattr", "torch load", "torch.storage _load_from_bytes", "torch.hub load",
          "torch.float8_e4m3fn x", "__builtin__ eval"}) {
        PickleWriter pickle;
        pickle.function(name).raw("(").text("touch /tmp/harm").raw("tR");
        const std::string message = refusal_of_pickle(pickle);
        std::string dotted = name;
        dotted[dotted.find(' ')] = '.';
        CAPTURE(message);
        CHECK(contains(message, "asks for '" + dotted + "'"));
        CHECK(contains(message, "nothing of it was run"));
    }
    // By the stack instead of by text
    CHECK(contains(refusal_of_pickle(PickleWriter().text("os").text("system").raw("\x93")), "'os.system'"));
    CHECK(contains(refusal_of_pickle(PickleWriter().raw("ios\nsystem\n")), "opcode 105"));
}

TEST_CASE("[PytorchFile] each kind of damage of a pickle is refused with its own sentence") {
    const auto refuses = [](const PickleWriter& pickle, const char* sentence) {
        const std::string message = refusal_of_pickle(pickle);
        CHECK_MESSAGE(contains(message, sentence), message);
    };
    const auto p = [] { return PickleWriter(); };
    refuses(p().raw("K"), "ends in the middle of a value");
    refuses(p().raw("X\xff\xff\xff\xff"), "ends in the middle of a value");
    refuses(p().raw("T\xff\xff\xff\xff"), "negative length");
    refuses(p().raw("cos"), "ends in the middle of a name");
    refuses(p().raw("\x80\x07"), "protocol 7");
    refuses(p(), "takes a value that was never given");
    refuses(p().raw("NN"), "leaves values over");
    refuses(p().raw("(N"), "leaves values over");
    refuses(p().raw("t"), "never began");
    refuses(p().raw("N(R"), "takes a value");
    refuses(p().raw("N)R"), "calls what is not a function");
    refuses(p().function("collections OrderedDict").raw("NR"), "calls what is not a function");
    refuses(p().raw("h\x07"), "was never kept");
    refuses(p().raw("](Nu"), "keys of what is not a dictionary");
    refuses(p().raw("}(Nu"), "key without a value");
    refuses(p().raw("}Na"), "appends to what is not a list");
    refuses(p().raw("]Nb"), "attributes to what has none");
    refuses(p().raw("]q\x01h\x01"
                    "a"),
            "contains itself");
    refuses(p().raw("}q\x01").text("x").raw("]q\x02h\x01"
                                            "as"),
            "contains itself");
    refuses(p().raw(std::string(70, ']') + std::string(69, 'a')), "collections deep");
    refuses(p().raw("\xff"), "opcode 255");

    refuses(p().tensor({.storage_elements = 7}), "claims 7 elements");
    refuses(p().tensor({.type = "DoubleStorage"}), "claims 6 elements of 8");
    refuses(p().tensor({.key = "1"}), "has no storage '1'");
    refuses(p().tensor({.key = "../data.pkl"}), "has no storage");
    refuses(p().tensor({.offset = 1}), "reaches beyond its storage");
    refuses(p().tensor({.offset = -1}), "senseless offset");
    refuses(p().tensor({.shape = {2, 4}, .strides = {4, 1}}), "reaches beyond its storage");
    refuses(p().tensor({.shape = {-2, 3}}), "senseless shape");
    refuses(p().tensor({.strides = {3, -1}}), "senseless stride");
    refuses(p().tensor({.strides = {3}}), "shape of 2 and strides of 1");
    refuses(p().tensor({.shape = {INT64_MAX, INT64_MAX}}), "shape that overflows");
    refuses(p().tensor({.strides = {INT64_MAX, INT64_MAX}}), "strides that overflow");
    refuses(p().tensor({.offset = INT64_MAX, .shape = {}, .strides = {}}), "reaches beyond its storage");
    refuses(
        p().tensor({.shape = std::vector<std::int64_t>(99, 1), .strides = std::vector<std::int64_t>(99, 1)}),
        "99 dimensions");
    refuses(p().tensor({.type = "Size"}), "storage of the unknown type torch.Size");
    refuses(p().tensor({.type = "ComplexFloatStorage"}), "asks for 'torch.ComplexFloatStorage'");
    refuses(p().function("torch._utils _rebuild_tensor_v2").raw(")R"), "too few values");
    refuses(p().function("torch._utils _rebuild_parameter").raw("(NtR"), "parameter of what is not a tensor");
    refuses(p().raw("}(").text("a.b").tensor({}).text("a").raw("}").text("b").tensor({}).raw("su"),
            "two tensors of the name 'a.b'");
    // Each level names the one below twice: 2^60 places in a hundred bytes
    PickleWriter doubling;
    doubling.raw("]").raw(std::string_view("q\0", 2));
    for (char i = 0; i < 60; ++i) {
        const std::string last{'h', i};
        doubling.raw("](").raw(last).raw(last).raw("e").raw(std::string{'q', static_cast<char>(i + 1)});
    }
    doubling.raw(std::string(1, '\x85'));
    CHECK_FALSE(refusal_of_pickle(doubling).empty());
}

TEST_CASE("[PytorchFile] each kind of foreign or damaged archive is refused with its own sentence") {
    using namespace std::string_literals;
    const auto refuses = [](const std::string& bytes, const char* sentence) {
        const std::string message = refusal(bytes);
        CHECK_MESSAGE(contains(message, sentence), message);
    };
    const std::string pickle = PickleWriter().tensor({}).finish();
    refuses("", "is not a PyTorch file");
    refuses("hello, this is no archive", "is not a PyTorch file");
    refuses(
        "\x80\x02\x8a\x0al\xfc\x9c"
        "F\xf9 j\xa8P\x19.\x80\x02M\xe9\x03."s,
        "before 1.6");
    refuses(std::string(257, '\0') + "ustar" + std::string(250, '\0'), "tar format");
    const std::string whole = archive(pickle);
    refuses(whole.substr(0, whole.size() - 1), "no end of a zip archive");

    const auto with = [&](const std::function<void(ZipWriter&)>& more) {
        ZipWriter zip;
        zip.add("a/data.pkl", pickle);
        zip.add("a/data/0", kSixFloats);
        more(zip);
        return zip.finish();
    };
    CHECK(refusal(with([](ZipWriter&) {})).empty());
    CHECK(refusal(with([](ZipWriter& zip) { zip.add("a/x", "y", {.sizes_follow = false}); })).empty());
    CHECK(refusal(with([](ZipWriter& zip) { zip.add("a/x", "y", {.zip64 = true}); })).empty());
    refuses(with([](ZipWriter& zip) { zip.add("a/x", "y", {.method = 8}); }), "compressed entry 'a/x'");
    refuses(with([](ZipWriter& zip) { zip.add("a/x", "y", {.flags = 1}); }), "encrypted entry 'a/x'");
    refuses(with([](ZipWriter& zip) { zip.add("a/data/0", "y"); }), "'a/data/0' twice");
    refuses(with([](ZipWriter& zip) { zip.add("b/data.pkl", "y"); }), "several PyTorch files");
    refuses(with([](ZipWriter& zip) { zip.add("a/constants.pkl", "y"); }), "TorchScript");
    refuses(with([](ZipWriter& zip) { zip.add("a/byteorder", "big"); }), "big-endian");
    refuses(with([](ZipWriter& zip) { zip.add_to_directory("a/data.pkl", 4, 0, 0x0808, {}); }), "twice");
    refuses(with([](ZipWriter& zip) { zip.add_to_directory("a/far", 4, 1 << 20, 0x0808, {}); }),
            "no header for the entry 'a/far'");
    refuses(with([](ZipWriter& zip) { zip.add_to_directory("a/other", 4, 0, 0x0808, {}); }),
            "differs from its directory");
    refuses(with([](ZipWriter& zip) {
                zip.add_to_directory("a/data.pkl", ~std::uint64_t{0}, 0, 0x0808, {.zip64 = true});
            }),
            "reaches beyond its end");
    // An entry whose data are the headers of others
    refuses(with([](ZipWriter& zip) {
                const std::uint64_t at = zip.file().size();
                zip.add("a/y", "data");
                zip.add("a/z", "data");
                ZipWriter inner;
                zip.file().insert(at, inner.file());
                zip.add_to_directory("a/y", 60, at, 0x0808, {});
            }),
            "overlap");
    ZipWriter none;
    none.add("a/data/0", kSixFloats);
    refuses(none.finish(), "no data.pkl");
    CHECK(refusal(ZipWriter().finish()).find("no data.pkl") != std::string::npos);
    ZipWriter zip64;
    zip64.add("a/data.pkl", pickle, {.zip64 = true});
    zip64.add("a/data/0", kSixFloats, {.zip64 = true});
    CHECK(refusal(zip64.finish(true)).empty());
}

TEST_CASE("[PytorchFile] a file cut at any length is refused") {
    const std::string whole = archive(PickleWriter().tensor({}).finish());
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CAPTURE(length);
        CHECK_FALSE(refusal(whole.substr(0, length)).empty());
    }
}
