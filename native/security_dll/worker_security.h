// SPDX-License-Identifier: MIT
// Who may open a worker, and what it makes. Other programs may run under the worker's account. If
// one of them could write to the worker's memory, it could say SUCCESS through it. So the account
// itself is granted nothing. Only the logon that the worker's token is from is granted something.
// The owner may only read the descriptor: by default an owner may always change it.
#pragma once

#include <string>

#include "security_dll/token_sids.h"

namespace rasshost {

// Security descriptors as text. All throw std::bad_alloc.
std::wstring WorkerProcessSecurity(const TokenSids& worker);
std::wstring WorkerThreadSecurity(const TokenSids& worker);
// Of what a process with the token makes without a descriptor: threads, events, sections.
std::wstring WorkerDefaultSecurity(const TokenSids& worker);

}  // namespace rasshost
