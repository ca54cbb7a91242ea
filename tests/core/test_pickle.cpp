#include <doctest/doctest.h>

#include "engine/core/pickle.h"
#include "tests/support/messages.h"
#include "tests/support/pickle_writer.h"

using namespace rv;
using namespace rv::tests;
using Kind = PickleValue::Kind;

namespace {

Pickle read(const std::string& bytes, std::size_t budget_bytes = 1 << 20) {
    MemoryBudget budget("a.pkl", budget_bytes);
    return read_pickle(
        "a.pkl", std::as_bytes(std::span(bytes)),
        [](std::string_view name) { return name.starts_with("known."); }, budget);
}

}  // namespace

TEST_CASE("[Pickle] numbers, texts and collections are what they were") {
    PickleWriter writer;
    writer.raw("(").integer(7).integer(-3).integer(INT64_MIN).real(-0.5).text("t\xc3\xa4xt").raw("N\x88\x89");
    writer.raw("\x8a\x01\xff").raw(std::string_view("\x8a\0", 2)).raw("\x8a\x09xxxxxxxxx").raw("C\x02hi");
    const std::string bytes = writer.raw("t").finish();
    const Pickle pickle = read(bytes);
    const PickleValue& all = pickle[pickle.root];
    REQUIRE(all.kind == Kind::Tuple);
    REQUIRE(all.items.size() == 12);
    const auto item = [&](std::size_t i) -> const PickleValue& { return pickle[all.items[i]]; };
    CHECK(item(0).number == 7);
    CHECK(item(1).number == -3);
    CHECK(item(2).number == INT64_MIN);
    CHECK(item(3).real == -0.5);
    CHECK(item(4).text == "t\xc3\xa4xt");
    CHECK(item(5).kind == Kind::None);
    CHECK(item(6).number == 1);
    CHECK(item(7).kind == Kind::Bool);
    CHECK(item(8).number == -1);
    CHECK(item(9).number == 0);
    CHECK(item(10).kind == Kind::Other);
    CHECK(item(11).kind == Kind::Bytes);
}

TEST_CASE("[Pickle] a call stays a description of it") {
    PickleWriter writer;
    writer.function("known.module f").raw("(").integer(1).raw("tR(").text("k").integer(2).raw("u");
    const std::string bytes = writer.finish();
    const Pickle pickle = read(bytes);
    const PickleValue& call = pickle[pickle.root];
    REQUIRE(call.kind == Kind::Call);
    CHECK(pickle[call.items[0]].text == "known.module.f");
    CHECK(pickle[pickle[call.items[1]].items[0]].number == 1);
    CHECK(pickle[call.items[2]].text == "k");
    CHECK(pickle[call.items[3]].number == 2);
    CHECK(contains(message_of([] { read(PickleWriter().function("unknown f").finish()); }), "'unknown.f'"));
}

TEST_CASE("[Pickle] values that are kept are the same ones when they are recalled") {
    PickleWriter writer;
    writer.raw("]q\x01(h\x01").integer(1).raw("e");  // a list that holds itself and 1
    const std::string bytes = writer.finish();
    const Pickle pickle = read(bytes);
    CHECK(pickle[pickle.root].items.size() == 2);
    CHECK(pickle[pickle.root].items[0] == pickle.root);
}

TEST_CASE("[Pickle] a budget that is spent ends the reading") {
    const std::string bytes = PickleWriter().raw("](").raw(std::string(10000, 'N')).raw("e").finish();
    CHECK(read(bytes, 4 << 20)[0].items.size() == 10000);
    CHECK(contains(message_of([&] { read(bytes, 100000); }), "more than a file of its size can hold"));
}
