// SPDX-License-Identifier: MIT
#include "security_dll/worker_process.h"
#include "security_dll/guarded.h"

#include <vector>

#include "common/command_line.h"
#include "security_dll/attribute_list.h"
#include "security_dll/inherited_handles.h"
#include "security_dll/missing_privilege.h"
#include "security_dll/security_descriptor.h"
#include "security_dll/token_sids.h"
#include "security_dll/worker_directory.h"
#include "security_dll/worker_environment.h"
#include "security_dll/worker_job.h"
#include "security_dll/worker_security.h"
#include "security_dll/worker_token.h"

namespace rasshost {
namespace {

// Only mitigations with which Node.js can run. Its compiler makes code at run time, and neither
// node.exe nor its addons are signed by Microsoft.
constexpr DWORD64 kMitigations =
    PROCESS_CREATION_MITIGATION_POLICY_HEAP_TERMINATE_ALWAYS_ON |
    PROCESS_CREATION_MITIGATION_POLICY_BOTTOM_UP_ASLR_ALWAYS_ON |
    PROCESS_CREATION_MITIGATION_POLICY_HIGH_ENTROPY_ASLR_ALWAYS_ON |
    PROCESS_CREATION_MITIGATION_POLICY_EXTENSION_POINT_DISABLE_ALWAYS_ON |
    PROCESS_CREATION_MITIGATION_POLICY_FONT_DISABLE_ALWAYS_ON |
    PROCESS_CREATION_MITIGATION_POLICY_IMAGE_LOAD_NO_REMOTE_ALWAYS_ON |
    PROCESS_CREATION_MITIGATION_POLICY_IMAGE_LOAD_NO_LOW_LABEL_ALWAYS_ON |
    PROCESS_CREATION_MITIGATION_POLICY_IMAGE_LOAD_PREFER_SYSTEM32_ALWAYS_ON;

DWORD CheckPaths(const Settings& settings, const char*& what) {
  // If a path is set but does not count, the reading of the settings has reported why.
  what = "NodePath under HKLM\\SOFTWARE\\rasshost is not set to a full path";
  if (settings.node_path.empty()) return ERROR_BAD_CONFIGURATION;
  what = "WorkerPath under HKLM\\SOFTWARE\\rasshost is not set to a full path";
  if (settings.worker_path.empty()) return ERROR_BAD_CONFIGURATION;
  what = "PolicyPath under HKLM\\SOFTWARE\\rasshost is not set to a full path";
  return settings.policy_path.empty() ? ERROR_BAD_CONFIGURATION : NO_ERROR;
}

CommandLine CommandLineFor(const Settings& settings, const InheritedHandles& handles) {
  CommandLine line(settings.node_path);
  line.AddQuoted(settings.node_arguments)
      .Add(settings.worker_path)
      .Add(handles.ChannelText())
      .Add(settings.policy_path);
  if (!settings.tape_directory.empty()) line.Add(settings.tape_directory);
  return line;
}

DWORD Launch(const Settings& settings, HANDLE token, HANDLE job, const ChannelHandles& channel,
             HANDLE worker_output, std::vector<wchar_t> environment, UniqueHandle& started,
             const char*& what) {
  what = "preparing the worker's start";
  const TokenSids sids(token);
  if (!sids.ok()) return LastErrorOr(ERROR_OUTOFMEMORY);
  const SecurityDescriptor process_security(WorkerProcessSecurity(sids).c_str());
  if (!process_security.ok()) return LastErrorOr(ERROR_OUTOFMEMORY);
  const SecurityDescriptor thread_security(WorkerThreadSecurity(sids).c_str());
  if (!thread_security.ok()) return LastErrorOr(ERROR_OUTOFMEMORY);
  SECURITY_ATTRIBUTES for_process = process_security.attributes();
  SECURITY_ATTRIBUTES for_thread = thread_security.attributes();

  // As late as can be, and gone at the end of this function.
  const InheritedHandles handles(channel, worker_output);
  if (!handles.ok()) return LastErrorOr(ERROR_OUTOFMEMORY);
  auto inherited = handles.all();
  DWORD64 mitigations = kMitigations;
  DWORD child_processes = PROCESS_CREATION_CHILD_PROCESS_RESTRICTED;
  AttributeList attributes(4);
  if (!attributes.Set(PROC_THREAD_ATTRIBUTE_HANDLE_LIST, inherited) ||
      !attributes.Set(PROC_THREAD_ATTRIBUTE_JOB_LIST, job) ||
      !attributes.Set(PROC_THREAD_ATTRIBUTE_MITIGATION_POLICY, mitigations) ||
      !attributes.Set(PROC_THREAD_ATTRIBUTE_CHILD_PROCESS_POLICY, child_processes)) {
    return LastErrorOr(ERROR_OUTOFMEMORY);
  }

  STARTUPINFOEXW startup{};
  startup.StartupInfo.cb = sizeof(startup);
  startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  startup.StartupInfo.hStdInput = handles.input();
  startup.StartupInfo.hStdOutput = handles.output();
  startup.StartupInfo.hStdError = handles.output();
  startup.lpAttributeList = attributes.get();
  // Another user may not use the window station of this process, and gets its own.
  std::wstring no_desktop;
  if (settings.worker_token == WorkerToken::kService) {
    startup.StartupInfo.lpDesktop = no_desktop.data();
  }

  CommandLine line = CommandLineFor(settings, handles);
  PROCESS_INFORMATION process{};
  // Without a console, whose window would be a process of its own in the job.
  if (!CreateProcessAsUserW(
          token, settings.node_path.c_str(), line.text().data(), &for_process, &for_thread, TRUE,
          EXTENDED_STARTUPINFO_PRESENT | CREATE_UNICODE_ENVIRONMENT | DETACHED_PROCESS,
          environment.data(), nullptr, &startup.StartupInfo, &process)) {
    const DWORD error = LastErrorOr(ERROR_OUTOFMEMORY);
    what = WhyNotStarted(error, settings.worker_token);
    return error;
  }
  UniqueHandle(process.hThread).reset();
  started.reset(process.hProcess);
  return NO_ERROR;
}

}  // namespace

DWORD StartWorkerProcess(const Settings& settings, const ChannelHandles& channel,
                         HANDLE worker_output, WorkerProcess& started, const char*& what) {
  if (const DWORD error = CheckPaths(settings, what); error != NO_ERROR) return error;
  UniqueHandle token;
  if (const DWORD error = CreateWorkerToken(settings.worker_token, token, what);
      error != NO_ERROR) {
    return error;
  }
  std::wstring directory;
  if (settings.worker_token != WorkerToken::kSame) {
    if (const DWORD error = PrepareWorkerDirectory(directory, what); error != NO_ERROR) {
      return error;
    }
  }
  what = "creating the worker's job";
  UniqueHandle job = CreateWorkerJob(settings);
  if (!job) return LastErrorOr(ERROR_OUTOFMEMORY);
  auto environment = WorkerEnvironment(settings.worker_token, directory);
  const DWORD error = Launch(settings, token.get(), job.get(), channel, worker_output,
                             std::move(environment), started.process, what);
  if (error == NO_ERROR) started.job = std::move(job);
  return error;
}

}  // namespace rasshost
