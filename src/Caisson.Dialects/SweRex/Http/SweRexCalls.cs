using Caisson.Dialects.SweRex.Files;
using Caisson.Dialects.SweRex.Running;
using Caisson.Dialects.SweRex.Sandboxes;
using Caisson.Dialects.SweRex.Sessions;
using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.SweRex.Http;

/// <summary>Every call of the protocol.</summary>
internal static class SweRexCalls
{
    public static IReadOnlyDictionary<string, SweRexRoute> ByName { get; } = new Dictionary<string, SweRexRoute>(StringComparer.Ordinal)
    {
        ["is_alive"] = new(HttpMethods.Get, SandboxCalls.IsAliveAsync),
        ["create_session"] = new(HttpMethods.Post, SessionCalls.CreateAsync),
        ["run_in_session"] = new(HttpMethods.Post, SessionCalls.RunAsync),
        ["close_session"] = new(HttpMethods.Post, SessionCalls.CloseAsync),
        ["execute"] = new(HttpMethods.Post, ExecuteCommand.InvokeAsync),
        ["read_file"] = new(HttpMethods.Post, TextFiles.ReadAsync, OnFiles: true),
        ["write_file"] = new(HttpMethods.Post, TextFiles.WriteAsync, OnFiles: true),
        ["upload"] = new(HttpMethods.Post, UploadFiles.InvokeAsync, OnFiles: true, IsLarge: true),
        ["close"] = new(HttpMethods.Post, SandboxCalls.CloseAsync),
    };
}
