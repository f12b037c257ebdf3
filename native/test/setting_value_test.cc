// SPDX-License-Identifier: MIT
#include "common/setting_value.h"

#include <doctest/doctest.h>

#include <random>
#include <vector>

using rasshost::kLongestText;
using rasshost::PathFault;
using rasshost::PathOf;
using rasshost::ReadNumber;
using rasshost::ReadText;
using rasshost::SettingValue;

namespace {

constexpr std::uint32_t kText = 1;
constexpr std::uint32_t kNumber = 4;

std::vector<std::byte> Bytes(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

// Of exactly their size, so that a sanitizer sees the first byte that is read beyond.
struct Text {
  std::string why;
  std::wstring text = L"before";
  explicit Text(const std::vector<std::byte>& bytes, std::uint32_t type = kText) {
    why = ReadText({type, bytes}, text);
  }
};

struct Number {
  std::string why;
  std::uint32_t number = 77;
  explicit Number(const std::vector<std::byte>& bytes, std::uint32_t type = kNumber) {
    why = ReadNumber({type, bytes}, 1, 3600, number);
  }
};

}  // namespace

TEST_CASE("A text needs no NUL, ends at the first one, and is empty without a character") {
  CHECK(Text(Bytes({})).text.empty());
  CHECK(Text(Bytes({})).why.empty());
  CHECK(Text(Bytes({0, 0})).text.empty());
  CHECK(Text(Bytes({0, 0})).why.empty());
  CHECK(Text(Bytes({'a', 0})).text == L"a");
  CHECK(Text(Bytes({'a', 0, 0, 0})).text == L"a");
  CHECK(Text(Bytes({'a', 0, 0, 0, 'b', 0, 0, 0})).text == L"a");
  CHECK(Text(Bytes({0x3d, 0xd8, 'a', 0x01})).text == std::wstring{0xd83d, 0x0161});
}

TEST_CASE("Half a character makes a text malformed, wherever the first NUL is") {
  for (const auto& bytes : {Bytes({'a'}), Bytes({0}), Bytes({'a', 0, 0}), Bytes({'a', 0, 'b'}),
                            Bytes({'a', 0, 0, 0, 0})}) {
    const Text read(bytes);
    CHECK(read.why == "an odd number of bytes");
    CHECK(read.text == L"before");
  }
}

TEST_CASE("A text may be as long as a command line, and no longer") {
  std::vector<std::byte> bytes(2 * kLongestText, std::byte{'a'});
  CHECK(Text(bytes).text.size() == kLongestText);
  bytes.resize(bytes.size() + 2);
  CHECK(Text(bytes).text.size() == kLongestText);
  bytes.back() = std::byte{1};
  CHECK(Text(bytes).why == "longer than 32767 characters");
  CHECK(Text(bytes).text == L"before");
}

TEST_CASE("A number has four bytes, and is within its limits") {
  CHECK(Number(Bytes({1, 0, 0, 0})).number == 1);
  CHECK(Number(Bytes({0x10, 0x0e, 0, 0})).number == 3600);
  for (const auto& bytes : {Bytes({0, 0, 0, 0}), Bytes({0x11, 0x0e, 0, 0}), Bytes({1, 0, 0, 1})}) {
    const Number read(bytes);
    CHECK(read.why.ends_with(", not from 1 to 3600"));
    CHECK(read.number == 77);
  }
  CHECK(Number(Bytes({0x11, 0x0e, 0, 0})).why == "it is 3601, not from 1 to 3600");
  CHECK(Number(Bytes({})).why == "0 bytes where 4 are expected");
  CHECK(Number(Bytes({1, 0, 0})).why == "3 bytes where 4 are expected");
  CHECK(Number(Bytes({1, 0, 0, 0, 0, 0, 0, 0})).why == "8 bytes where 4 are expected");
}

TEST_CASE("A value of another type is named as what it is, whatever its bytes") {
  CHECK(Text(Bytes({5, 0, 0, 0}), kNumber).why == "REG_DWORD where REG_SZ is expected");
  CHECK(Number(Bytes({5, 0, 0, 0}), kText).why == "REG_SZ where REG_DWORD is expected");
  // Its text would depend on the environment of the service.
  CHECK(Text(Bytes({'a', 0}), 2).why == "REG_EXPAND_SZ where REG_SZ is expected");
  CHECK(Number(Bytes({5, 0, 0, 0, 0, 0, 0, 0}), 11).why == "REG_QWORD where REG_DWORD is expected");
  CHECK(Text({}, 12).why == "type 12 where REG_SZ is expected");
  CHECK(Number({}, 0xffffffff).why == "type 4294967295 where REG_DWORD is expected");
}

TEST_CASE("Either there is a reason or a value, whatever the type and the bytes") {
  std::mt19937 random(20261128);
  for (int run = 0; run < 20'000; ++run) {
    std::vector<std::byte> bytes(random() % 9);
    for (auto& byte : bytes) byte = static_cast<std::byte>(random() % 3);
    const std::uint32_t type = random() % 14;
    const Text text(bytes, type);
    CHECK(text.why.empty() == (text.text != L"before"));
    CHECK(text.why.empty() == (type == kText && bytes.size() % 2 == 0));
    const Number number(bytes, type);
    CHECK(number.why.empty() == (number.number != 77));
    CHECK((number.number == 77 || (number.number >= 1 && number.number <= 3600)));
  }
}

TEST_CASE("A path is a file's or directory's only with a drive, and of this machine") {
  for (const auto* path : {L"C:\\Windows\\node.exe", L"z:/ras/policy.ts", L"C:\\a b\\c"}) {
    CHECK(PathFault(path, PathOf::kFile).empty());
    CHECK(PathFault(path, PathOf::kDirectory).empty());
  }
  // Nothing behind them, as a sanitizer sees.
  const std::vector<wchar_t> drive{L'C', L':'};
  CHECK(PathFault({drive.data(), drive.size()}, PathOf::kFile).starts_with("not a full path"));
  for (const auto* path : {L"C:\\", L"C:\\tapes\\", L"C:/tapes/"}) {
    CHECK(PathFault(path, PathOf::kFile) == "it names a directory, not a file");
    CHECK(PathFault(path, PathOf::kDirectory).empty());
  }
  for (const auto* path : {L"node.exe", L".\\node.exe", L"..\\node.exe", L"\\node.exe",
                           L"/node.exe", L"C:node.exe", L"C:", L"C", L"1:\\a", L"\u00e4:\\a",
                           L"%ProgramFiles%\\a", L" C:\\a", L"\"C:\\a\"", L"file:///C:/a"}) {
    CHECK(PathFault(path, PathOf::kFile).starts_with("not a full path"));
  }
  for (const auto* path : {L"\\\\server\\share\\node.exe", L"//server/share/node.exe",
                           L"\\\\?\\C:\\node.exe", L"\\\\.\\C:\\node.exe", L"\\\\"}) {
    CHECK(PathFault(path, PathOf::kFile).starts_with("of another machine or a device"));
  }
  for (const auto* path : {L"C:\\a\"b", L"C:\\a\nb", L"C:\\a\tb"}) {
    CHECK(PathFault(path, PathOf::kDirectory).starts_with("it has a quotation mark"));
  }
}
