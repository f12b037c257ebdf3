// SPDX-License-Identifier: MIT
#include "common/command_line.h"

namespace rasshost {

CommandLine::CommandLine(std::wstring_view program) {
  // Nothing is escaped in a program's name: it goes from one quotation mark to the next.
  text_.append(1, L'"').append(program).append(1, L'"');
}

CommandLine& CommandLine::Add(std::wstring_view argument) {
  text_ += L" \"";
  std::size_t backslashes = 0;  // that stand right before
  for (const wchar_t character : argument) {
    // They are themselves, unless a quotation mark follows: then two of them are one.
    if (character == L'"') text_.append(backslashes + 1, L'\\');
    backslashes = character == L'\\' ? backslashes + 1 : 0;
    text_.push_back(character);
  }
  text_.append(backslashes, L'\\').push_back(L'"');
  return *this;
}

CommandLine& CommandLine::AddQuoted(std::wstring_view arguments) {
  if (!arguments.empty()) text_.append(1, L' ').append(arguments);
  return *this;
}

}  // namespace rasshost
