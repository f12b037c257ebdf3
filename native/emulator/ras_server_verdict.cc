// SPDX-License-Identifier: MIT
// What follows a dialog: the verdict, PPP, and the state of the caller's client.
#include <array>

#include "emulator/portable/ppp.h"
#include "emulator/ras_server.h"
#include "emulator/trace_text.h"

namespace rasshost {

void RasServer::ConnectWithoutDialog(const CallOptions& options, std::uint32_t port, Line& line) {
  line.Answer();
  trace_.Write(trace_.Line().Number("port", port).Text("outcome", "no-dialog"));
  TraceClient(port, "RASCS_Authenticate", kAuthenticate);
  StartPpp(options, port, line, options.ppp_user.value_or(""), options.ppp_domain);
  FreePort(port);
  CountEnded();
}

void RasServer::TraceOutcome(const Transaction& t) {
  JsonLine line = trace_.Line().Number("port", t.port).Number("hPort", ToNumber(t.handle));
  if (!t.verdict) {
    trace_.Write(line.Text("outcome", "ended"));
    return;
  }
  const DWORD id = t.verdict->dwMsgId;
  trace_.Write(line.Text("outcome", id == SECURITYMSG_SUCCESS   ? "success"
                                    : id == SECURITYMSG_FAILURE ? "failure"
                                                                : "error")
                   .Bytes("userName", UpToNul(t.verdict->UserName))
                   .Bytes("domain", UpToNul(t.verdict->Domain))
                   .Number("dwError", t.verdict->dwError));
}

void RasServer::ActOnVerdict(Transaction& t) {
  TraceOutcome(t);
  if (!t.verdict) {
    TraceClient(t.port, "RASCS_Disconnected", kDisconnected);
    return;
  }
  const std::string user(UpToNul(t.verdict->UserName));
  const std::string domain(UpToNul(t.verdict->Domain));
  const DWORD id = t.verdict->dwMsgId;
  if (id == SECURITYMSG_SUCCESS && t.line_up) {
    ResumeClient(t);
    StartPpp(t.options, t.port, *t.line, user, domain);
    return;
  }
  if (id == SECURITYMSG_FAILURE) {
    trace_.WriteEvent(LogEvent::kSecAuthFailure, std::array{user, PortName(t.port)}, 0);
  } else if (id != SECURITYMSG_SUCCESS) {
    trace_.WriteEvent(LogEvent::kSecAuthInternalError, std::array{PortName(t.port)},
                      t.verdict->dwError);
  }
  TraceClient(t.port, "RASCS_Disconnected", kDisconnected);
}

void RasServer::StartPpp(const CallOptions& options, std::uint32_t port, Line& line,
                         std::string_view user, std::string_view domain) {
  line.Write(LcpConfigureRequest());
  trace_.Write(trace_.Line().Number("port", port).Text("ppp", "lcp-configure-request"));

  const PppOutcome outcome = AuthenticatePpp(options, user, domain);
  const std::string ppp_user = options.ppp_user.value_or(std::string(user));
  trace_.Write(trace_.Line()
                   .Number("port", port)
                   .Text("ppp", outcome == PppOutcome::kAuthenticated ? "authenticated"
                                : outcome == PppOutcome::kRefused     ? "refused"
                                                                      : "name-mismatch")
                   .Bytes("userName", user)
                   .Bytes("pppUser", ppp_user));
  switch (outcome) {
    case PppOutcome::kAuthenticated:
      trace_.WriteEvent(LogEvent::kAuthSuccess, std::array{ppp_user, PortName(port)}, 0);
      TraceClient(port, "RASCS_Connected", kConnected);
      break;
    case PppOutcome::kRefused:
      trace_.WriteEvent(LogEvent::kAuthFailure, std::array{ppp_user, PortName(port)}, 0);
      break;
    case PppOutcome::kNameMismatch:
      trace_.WriteEvent(LogEvent::kAuthDiffuserFailure, std::array{std::string(user), ppp_user}, 0);
      break;
  }
  line.HangUp();
  TraceClient(port, "RASCS_Disconnected", kDisconnected);
}

void RasServer::ResumeClient(Transaction& t) {
  if (t.client_in_ppp) return;
  t.client_in_ppp = true;
  TraceClient(t.port, "RASCS_Authenticate", kAuthenticate);
}

void RasServer::TraceClient(std::uint32_t port, std::string_view state, DWORD number) {
  trace_.Write(trace_.Line().Number("port", port).Text("client", state).Number("state", number));
}

}  // namespace rasshost
