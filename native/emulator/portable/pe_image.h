// SPDX-License-Identifier: MIT
// For which processor a DLL was built, read from its headers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace rasshost {

inline constexpr std::uint16_t kMachineX86 = 0x014c;
inline constexpr std::uint16_t kMachineX64 = 0x8664;
inline constexpr std::uint16_t kMachineArm64 = 0xaa64;

// The machine field of the PE header, from the first kilobytes of a file; none when it is no PE
// image.
std::optional<std::uint16_t> PeMachine(std::span<const std::byte> image) noexcept;

// "a 32-bit DLL" and the like.
std::string DescribeMachine(std::uint16_t machine);

}  // namespace rasshost
