// SPDX-License-Identifier: MIT
#include "emulator/portable/pe_image.h"

#include <cstring>

namespace rasshost {
namespace {

template <typename T>
std::optional<T> Read(std::span<const std::byte> image, std::size_t offset) noexcept {
  if (offset > image.size() || image.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, image.data() + offset, sizeof value);
  return value;
}

constexpr std::size_t kPeOffsetField = 0x3c;
constexpr std::uint16_t kDosSignature = 0x5a4d;
constexpr std::uint32_t kPeSignature = 0x00004550;

}  // namespace

std::optional<std::uint16_t> PeMachine(std::span<const std::byte> image) noexcept {
  if (Read<std::uint16_t>(image, 0) != kDosSignature) return std::nullopt;
  const auto header = Read<std::uint32_t>(image, kPeOffsetField);
  if (!header || Read<std::uint32_t>(image, *header) != kPeSignature) return std::nullopt;
  return Read<std::uint16_t>(image, *header + sizeof kPeSignature);
}

std::string DescribeMachine(std::uint16_t machine) {
  switch (machine) {
    case kMachineX86:
      return "a 32-bit DLL";
    case kMachineX64:
      return "a 64-bit DLL";
    case kMachineArm64:
      return "an ARM64 DLL";
    default:
      return "a DLL for machine " + std::to_string(machine);
  }
}

}  // namespace rasshost
