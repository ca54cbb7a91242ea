#include <doctest/doctest.h>

#include "tests/damaged_files/trial.h"
#include "tests/support/pickle_writer.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/zip_writer.h"

using namespace rv::tests;

namespace {

constexpr int kFiles = 200;  // of each kind of damage

std::string archive(const std::string& pickle, const ZipWriter::Options& options = {}) {
    ZipWriter zip;
    zip.add("archive/data.pkl", pickle, options);
    zip.add("archive/byteorder", "little", options);
    zip.add("archive/data/0", std::string(24, '\1'), options);
    zip.add("archive/data/1", std::string(96, '\2'), options);
    zip.add("archive/version", "3\n", options);
    return zip.finish(options.zip64);
}

std::string whole_pickle() {
    PickleWriter pickle;
    pickle.raw("}q\x01(").text("epoch").integer(7).text("rate").real(0.25);
    pickle.text("losses").raw("](").real(1.5).integer(2).raw("eq\x02");
    pickle.text("model").ordered_dict().raw("q\x05(");
    pickle.text("weight").tensor({}).text("row").tensor({.offset = 3, .shape = {3}, .strides = {1}});
    pickle.text("transposed").tensor({.shape = {3, 2}, .strides = {1, 3}});
    pickle.text("mask").tensor(
        {.type = "ByteStorage", .key = "1", .storage_elements = 96, .shape = {4, 24}, .strides = {24, 1}});
    pickle.text("parameter").function("torch._utils _rebuild_parameter");
    pickle.tensor({.type = "HalfStorage", .key = "1", .storage_elements = 48, .shape = {48}, .strides = {1}});
    pickle.raw("\x88").ordered_dict().raw("\x87R");
    pickle.raw("u}").text("_metadata").ordered_dict().raw("sb").raw("u");
    return pickle.finish();
}

const std::vector<std::string> kFunctions = {"os system",
                                             "posix system",
                                             "nt system",
                                             "subprocess Popen",
                                             "builtins eval",
                                             "builtins exec",
                                             "builtins getattr",
                                             "__builtin__ eval",
                                             "torch load",
                                             "torch.hub load",
                                             "torch.storage _load_from_bytes",
                                             "pickle loads",
                                             "shutil rmtree",
                                             "numpy load",
                                             "collections namedtuple",
                                             "importlib import_module",
                                             "operator attrgetter",
                                             "torch._utils _rebuild_qtensor",
                                             " ",
                                             "torch FloatStorage.from_file"};

/// A pickle that would call something if anybody ran it.
std::string hostile_pickle(Dice& dice) {
    const std::string& function = dice.one_of(kFunctions);
    const std::string module = function.substr(0, function.find(' ')),
                      name = function.substr(function.find(' ') + 1);
    PickleWriter pickle;
    if (dice.below(2)) pickle.raw("}").text("weight").tensor({}).raw("s");
    switch (dice.below(8)) {
        case 0:
            pickle.function(function).raw("(").text("touch harm").raw("tR");
            break;
        case 1:
            pickle.text(module).text(name).raw("\x93(").text("touch harm").raw("tR");
            break;
        case 2:
            pickle.raw("(").text("touch harm").raw("i" + module + "\n" + name + "\n");
            break;
        case 3:
            pickle.raw("(").function(function).text("touch harm").raw("o");
            break;
        case 4:
            pickle.function(function).raw("(").text("touch harm").raw("t\x81");
            break;
        case 5:
            pickle.function(function).raw("(").text("touch harm").raw("t}\x92");
            break;
        case 6:
            pickle.raw("\x82\x01(").text("touch harm").raw("tR");
            break;
        default:
            pickle.ordered_dict().function(function).raw("b");
            break;
    }
    return pickle.raw("0").finish();
}

/// Opcodes in any order, with arguments that often make sense.
std::string random_pickle(Dice& dice) {
    PickleWriter pickle;
    pickle.raw("}q\x01");
    for (std::size_t i = 5 + dice.below(60); i > 0; --i) {
        switch (dice.below(16)) {
            case 0:
                pickle.text("name");
                break;
            case 1:
                pickle.integer(static_cast<std::int64_t>(dice.one_of(kAbsurdNumbers)));
                break;
            case 2:
                pickle.tensor({});
                break;
            case 3:
                pickle.raw(std::string{'q', static_cast<char>(dice.below(6))});
                break;
            case 4:
                pickle.raw(std::string{'h', static_cast<char>(dice.below(6))});
                break;
            case 5:
                pickle.function("torch._utils _rebuild_tensor_v2");
                break;
            case 6:
                pickle.ordered_dict();
                break;
            case 7:
                pickle.integers({2, 3});
                break;
            default: {
                static const std::string opcodes = "()]}NtRQbuseaq0122\x85\x86\x87\x88\x89\x8f\x90\x91\x94.";
                pickle.raw(std::string(1, opcodes[dice.below(opcodes.size())]));
            }
        }
    }
    return pickle.finish();
}

std::string absurd_tensor(Dice& dice) {
    const auto number = [&] {
        return static_cast<std::int64_t>(dice.below(3) ? dice.below(8) : dice.one_of(kAbsurdNumbers));
    };
    PickleWriter::Tensor tensor;
    if (!dice.below(4)) tensor.storage_elements = number();
    if (dice.below(2)) tensor.offset = number();
    tensor.shape.clear(), tensor.strides.clear();
    for (std::size_t i = dice.below(5); i > 0; --i) {
        tensor.shape.push_back(number());
        tensor.strides.push_back(number());
    }
    if (!dice.below(8)) tensor.shape.push_back(number());
    return PickleWriter().raw("}").text("w").tensor(tensor).raw("s").finish();
}

std::string repeated(const std::string& text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

}  // namespace

TEST_CASE("[damaged PyTorch files] a thousand damaged files are refused or read within their bounds") {
    const TemporaryFolder folder;
    Trials trials(folder / "damaged");
    const std::string pickle = whole_pickle(), whole = archive(pickle);
    const std::string whole64 = archive(pickle, {.zip64 = true});
    REQUIRE_FALSE(trials.run("whole", 0, whole));
    REQUIRE_FALSE(trials.run("whole of Zip64", 0, whole64));
    for (std::uint64_t seed = 0; seed < kFiles; ++seed) {
        Dice dice(seed);
        trials.run_refused("cut", seed, whole.substr(0, dice.below(whole.size())));
        trials.run_refused("pickle cut", seed, archive(pickle.substr(0, dice.below(pickle.size()))));
        trials.run("flipped", seed, with_flipped_bits(whole, 0, whole.size(), dice));
        trials.run("pickle flipped", seed, archive(with_flipped_bits(pickle, 2, pickle.size(), dice)));
        trials.run("absurd number", seed, with_absurd_number(whole, 0, whole.size(), dice));
        trials.run("absurd number in the directory", seed,
                   with_absurd_number(whole64, whole64.size() - 700, whole64.size(), dice));
        trials.run("absurd number in the pickle", seed,
                   archive(with_absurd_number(pickle, 2, pickle.size(), dice)));
        trials.run("absurd tensor", seed, archive(absurd_tensor(dice)));
        trials.run("random opcodes", seed, archive(random_pickle(dice)));
        trials.run_refused("hostile", seed, archive(hostile_pickle(dice)));
    }
    MESSAGE(trials.count() << " files, " << trials.refused() << " refused, at most "
                           << trials.most_beyond_size_bytes() / 1024 << " KiB beyond a file's size");
    CHECK(trials.count() > 1000);
    CHECK(trials.refused() > trials.count() / 2);
}

TEST_CASE("[damaged PyTorch files] a pickle cannot ask for more memory than its file's size allows") {
    const TemporaryFolder folder;
    Trials trials(folder / "damaged");
    constexpr std::size_t kMany = 4'000'000;
    std::uint64_t seed = 0;
    const auto run = [&](const std::string& body) {
        return trials.run("large", seed++, archive(PickleWriter().raw(body).finish()));
    };
    const auto refused = [&](const std::string& body) { CHECK(run(body)); };
    using namespace std::string_literals;
    for (const char opcode : "N]})(\x88\x8f"s) refused(std::string(kMany, opcode));
    refused(std::string(kMany, ']') + std::string(kMany - 1, 'a'));
    refused("]"s + repeated("]a", kMany / 2));
    refused("]("s + repeated("N\x85", kMany / 2) + "e");
    refused("]("s + repeated("K\1", kMany) + "e");
    refused("]q\0"s + std::string(kMany, '2'));
    refused("]"s + repeated("N\x94", kMany / 2));
    refused("]q\0("s + repeated("h\0"s, kMany) + "e");
    refused(repeated("ccollections\nOrderedDict\n", kMany / 25));
    refused("X\xff\xff\xff\xfe"s + std::string(kMany, 'x'));
    refused("\x8e\xff\xff\xff\xff\xff\xff\xff\x7f");
    refused("\x8b\xff\xff\xff\x7f");
    refused("]("s + repeated("\x8a\x08\1\2\3\4\5\6\7\x08", kMany / 10) +
            "N"
            "r\xff\xff\xff\xff"
            "e0");
    // Lists that hold the list below twice: a number of places that doubles with each
    std::string doubling = "]q\0"s;
    for (char i = 0; i < 60; ++i) doubling += "]("s + "h" + i + "h" + i + "eq" + static_cast<char>(i + 1);
    refused("]"s + doubling + "a");
    // One tensor under as many names as fit, and one that spreads over more than the file has
    PickleWriter names;
    names.raw("}(").text("0").tensor({}).raw("q\1");
    for (std::size_t i = 1; i < kMany / 8; ++i) names.text(std::to_string(i)).raw("h\1");
    trials.run_refused("names", 0, archive(names.raw("u").finish()));
    for (std::int64_t extent = 1; extent > 0 && extent < INT64_MAX / 8; extent *= 4)
        trials.run("spread", static_cast<std::uint64_t>(extent),
                   archive(PickleWriter().tensor({.shape = {extent}, .strides = {0}}).finish()));
    // A directory of as many entries as fit
    ZipWriter zip;
    zip.add("a/data.pkl", whole_pickle());
    for (int i = 0; i < 60'000; ++i) zip.add_to_directory(std::to_string(i), 0, 0, 0x0808, {});
    trials.run_refused("entries", 0, zip.finish());
    MESSAGE(trials.count() << " files, at most " << trials.most_beyond_size_bytes() / 1024
                           << " KiB beyond a file's size");
}
