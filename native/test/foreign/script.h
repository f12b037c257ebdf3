// SPDX-License-Identifier: MIT
// What the rule breaker's own thread does in a call.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "windows/ras_interface.h"
#include "windows/unique_handle.h"

namespace rasshost {

// Lets the caller of End and the call's own thread meet.
struct Call {
  UniqueHandle ended{CreateEventW(nullptr, TRUE, FALSE, nullptr)};
};

// Carries out commands, separated by ';' (see kCommands). The buffers and Complete are what Begin
// got.
void RunScript(const std::string& commands, HPORT port, BYTE* send_buffer, BYTE* receive_buffer,
               CompleteFunction complete, std::shared_ptr<Call> call);

DWORD ToNumber(std::string_view text);

// Until a test lets us go on.
void AwaitFile(const std::string& path);

void Crash();

}  // namespace rasshost
