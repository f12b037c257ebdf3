// SPDX-License-Identifier: MIT
#include "security_dll/worker_security.h"

namespace rasshost {
namespace {

std::wstring Grant(const wchar_t* rights, const std::wstring& whom) {
  return std::wstring(L"(A;;") + rights + L";;;" + whom + L")";
}

// Everything for the system and administrators, to read the descriptor for the owner.
std::wstring Descriptor(const wchar_t* rights_of_worker, const TokenSids& worker) {
  return L"D:P" + Grant(L"GA", L"SY") + Grant(L"GA", L"BA") +
         Grant(rights_of_worker, SidText(worker.logon())) + Grant(L"RC", L"OW");
}

}  // namespace

std::wstring WorkerProcessSecurity(const TokenSids& worker) {
  // PROCESS_TERMINATE, _QUERY_INFORMATION and _QUERY_LIMITED_INFORMATION, SYNCHRONIZE: what
  // process.kill(process.pid) of Node.js asks for.
  return Descriptor(L"0x101401", worker);
}

std::wstring WorkerThreadSecurity(const TokenSids& worker) {
  // THREAD_SUSPEND_RESUME, _GET_CONTEXT, _QUERY_INFORMATION and _QUERY_LIMITED_INFORMATION,
  // SYNCHRONIZE: what V8's profiler asks for.
  return Descriptor(L"0x10084a", worker);
}

std::wstring WorkerDefaultSecurity(const TokenSids& worker) { return Descriptor(L"GA", worker); }

}  // namespace rasshost
