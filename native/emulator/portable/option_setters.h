// SPDX-License-Identifier: MIT
// How the text of an option's value becomes the value of a field.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "emulator/portable/argument_text.h"
#include "emulator/portable/options.h"

namespace rasshost {

// Stores the value and returns true, or returns false when the value is not valid.
template <typename Options>
using SetterOf = std::function<bool(Options&, std::string_view)>;
// Of the whole server, or of a call.
using Setter = std::variant<SetterOf<EmulatorOptions>, SetterOf<CallOptions>>;

template <typename Options>
Setter Flag(bool Options::* field) {
  return SetterOf<Options>([field](Options& options, std::string_view) {
    options.*field = true;
    return true;
  });
}

// A flag for one of the values of a field.
template <typename Enum, typename Options>
Setter FlagFor(Enum Options::* field, Enum value) {
  return SetterOf<Options>([=](Options& options, std::string_view) {
    options.*field = value;
    return true;
  });
}

template <typename Options>
Setter Number(std::uint32_t Options::* field, std::uint32_t lowest, std::uint32_t highest) {
  return SetterOf<Options>([=](Options& options, std::string_view text) {
    const auto value = ParseNumber(text, lowest, highest);
    if (value) options.*field = *value;
    return value.has_value();
  });
}

template <typename Options, typename Field>
Setter Text(Field Options::* field, std::size_t longest) {
  return SetterOf<Options>([=](Options& options, std::string_view text) {
    if (text.empty() || text.size() > longest) return false;
    options.*field = std::string(text);
    return true;
  });
}

// Digits are seconds, anything else is a file.
template <typename Options>
Setter PauseOf(Pause Options::* field, std::uint32_t longest_seconds, std::size_t longest_path) {
  return SetterOf<Options>([=](Options& options, std::string_view text) {
    if (text.find_first_not_of("0123456789") == text.npos) {
      const auto seconds = ParseNumber(text, 0, longest_seconds);
      if (seconds) options.*field = std::chrono::seconds(*seconds);
      return seconds.has_value();
    }
    if (text.size() > longest_path) return false;
    options.*field = std::string(text);
    return true;
  });
}

template <typename Enum, typename Options>
Setter Choice(Enum Options::* field, std::vector<std::pair<std::string_view, Enum>> choices) {
  const auto set = [=, choices = std::move(choices)](Options& options, std::string_view text) {
    for (const auto& [name, value] : choices) {
      if (name != text) continue;
      options.*field = value;
      return true;
    }
    return false;
  };
  return SetterOf<Options>(set);
}

template <typename Options>
Setter Milliseconds(std::chrono::milliseconds Options::* field, std::uint32_t lowest,
                    std::uint32_t highest) {
  return SetterOf<Options>([=](Options& options, std::string_view text) {
    const auto value = ParseNumber(text, lowest, highest);
    if (value) options.*field = std::chrono::milliseconds(*value);
    return value.has_value();
  });
}

}  // namespace rasshost
