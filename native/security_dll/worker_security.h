// SPDX-License-Identifier: MIT
// Who may open a worker, and what it makes. Other programs may run under the worker's account, and
// one that could write to its memory could say SUCCESS through it: so the account itself is granted
// nothing, but the one logon that the worker's token is from; and the owner, who else could always
// change that, may only read it.
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
