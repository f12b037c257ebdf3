// SPDX-License-Identifier: MIT
// A command line that a program of Windows takes apart again into what it was made from: the rules
// of CommandLineToArgvW and of the C library, as far as the two agree.
#pragma once

#include <string>
#include <string_view>

namespace rasshost {

// Throws std::bad_alloc.
class CommandLine {
 public:
  // A path, which has no quotation mark in it.
  explicit CommandLine(std::wstring_view program);

  // Arrives as one argument, whatever is in it.
  CommandLine& Add(std::wstring_view argument);
  // Any number of arguments, as whoever has written them quoted them.
  CommandLine& AddQuoted(std::wstring_view arguments);

  std::wstring& text() noexcept { return text_; }

 private:
  std::wstring text_;
};

}  // namespace rasshost
