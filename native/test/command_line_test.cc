// SPDX-License-Identifier: MIT
#include "common/command_line.h"

#include <doctest/doctest.h>

#include <random>
#include <vector>

using rasshost::CommandLine;

namespace {

using Arguments = std::vector<std::wstring>;

// As Microsoft documents it for CommandLineToArgvW: "Returns a particular interpretation of ...".
Arguments TakeApart(const std::wstring& line) {
  Arguments arguments;
  std::size_t at = line.find(L'"', 1);
  REQUIRE(line.front() == L'"');
  arguments.push_back(line.substr(1, at - 1));
  ++at;
  while (true) {
    while (at < line.size() && (line[at] == L' ' || line[at] == L'\t')) ++at;
    if (at == line.size()) return arguments;
    std::wstring argument;
    bool quoted = false;
    for (; at < line.size() && (quoted || (line[at] != L' ' && line[at] != L'\t')); ++at) {
      std::size_t backslashes = 0;
      while (at < line.size() && line[at] == L'\\') ++backslashes, ++at;
      if (at < line.size() && line[at] == L'"') {
        argument.append(backslashes / 2, L'\\');
        if (backslashes % 2 == 1) {
          argument.push_back(L'"');
        } else {
          quoted = !quoted;
        }
      } else {
        argument.append(backslashes, L'\\');
        if (at == line.size() || (!quoted && (line[at] == L' ' || line[at] == L'\t'))) break;
        argument.push_back(line[at]);
      }
    }
    arguments.push_back(argument);
  }
}

}  // namespace

TEST_CASE("What the documentation gives as examples is taken apart as it says") {
  CHECK(TakeApart(LR"("a.exe" "abc" d e)") == Arguments{L"a.exe", L"abc", L"d", L"e"});
  CHECK(TakeApart(LR"("a.exe" a\\b d"e f"g h)") == Arguments{L"a.exe", LR"(a\\b)", L"de fg", L"h"});
  CHECK(TakeApart(LR"("a.exe" a\\\"b c d)") == Arguments{L"a.exe", LR"(a\"b)", L"c", L"d"});
  CHECK(TakeApart(LR"("a.exe" a\\\\"b c" d e)") == Arguments{L"a.exe", LR"(a\\b c)", L"d", L"e"});
}

TEST_CASE("Paths look as people write them") {
  CommandLine line(LR"(C:\Program Files\nodejs\node.exe)");
  line.AddQuoted(LR"(--permission --allow-fs-read="C:\my files\*")").Add(LR"(C:\ras\main.js)");
  CHECK(line.text() ==
        LR"("C:\Program Files\nodejs\node.exe" --permission )"
        LR"(--allow-fs-read="C:\my files\*" "C:\ras\main.js")");
  CHECK(TakeApart(line.text()) == Arguments{LR"(C:\Program Files\nodejs\node.exe)", L"--permission",
                                            LR"(--allow-fs-read=C:\my files\*)",
                                            LR"(C:\ras\main.js)"});
}

TEST_CASE("A directory that ends with backslashes stays one argument") {
  CommandLine line(L"C:\\node.exe");
  line.Add(L"C:\\").Add(L"C:\\tapes\\\\").Add(L"").Add(L"end");
  CHECK(line.text() == LR"("C:\node.exe" "C:\\" "C:\tapes\\\\" "" "end")");
  CHECK(TakeApart(line.text()) ==
        Arguments{L"C:\\node.exe", L"C:\\", L"C:\\tapes\\\\", L"", L"end"});
}

TEST_CASE("No arguments of somebody else's add nothing") {
  CHECK(CommandLine(L"C:\\a").AddQuoted(L"").Add(L"b").text() == LR"("C:\a" "b")");
}

TEST_CASE("Whatever the arguments are, each arrives as it is") {
  std::mt19937 random(20261128);
  const std::wstring characters = L"\\\\\\\"\" \ta\n\u00e4";
  for (int run = 0; run < 20'000; ++run) {
    Arguments arguments{L"C:\\some program.exe"};
    CommandLine line(arguments.front());
    for (auto count = random() % 5; count > 0; --count) {
      std::wstring argument;
      for (auto length = random() % 9; length > 0; --length) {
        argument.push_back(characters[random() % characters.size()]);
      }
      line.Add(argument);
      arguments.push_back(argument);
    }
    REQUIRE(TakeApart(line.text()) == arguments);
  }
}
