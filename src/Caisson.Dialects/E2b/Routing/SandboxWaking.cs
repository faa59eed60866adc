using Caisson.Core.Failures;
using Caisson.Core.Sandboxes;
using Caisson.Dialects.E2b.Envd;
using Caisson.Engine.Sandboxes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Caisson.Dialects.E2b.Routing;

/// <summary>Wakes a paused sandbox for a request that may, where it resumes by itself.</summary>
internal static class SandboxWaking
{
    /// <summary>Whether the sandbox can be reached now; an answer may have been written where it cannot.</summary>
    public static async Task<bool> TryAsync(HttpContext http, ISandbox sandbox, SandboxAddress address, DateTimeOffset now)
    {
        var info = sandbox.Info;
        if (sandbox.Ended.IsCompleted || info.State is SandboxState.Starting or SandboxState.Stopping or SandboxState.Stopped or SandboxState.Failed)
            return false;
        if (!sandbox.Away.IsCompleted)
            return true;
        if (!info.Spec.Lifecycle.AutoResume)
            return false;
        if (!May(http, info, address, now))
        {
            await ProxyErrors.CannotResumeAsync(http, address.Id);
            return false;
        }

        try
        {
            await sandbox.WakeAsync(http.RequestAborted);
            if (info.FilesOnly)
                await SandboxEnvironment.ConfigureAsync(sandbox, http.RequestServices.GetRequiredService<IOptions<E2bOptions>>().Value, http.RequestAborted);
            return true;
        }
        catch (CaissonException e) when (e.Code == ErrorCode.Conflict)
        {
            await ProxyErrors.TransitioningAsync(http, address.Id);
            return false;
        }
        catch (CaissonException e) when (e.Code == ErrorCode.NotFound)
        {
            return false;
        }
    }

    // Traffic without the token must not be able to keep a sandbox awake.
    private static bool May(HttpContext http, SandboxInfo info, SandboxAddress address, DateTimeOffset now)
    {
        if (address.Port == E2bOptions.EnvdPort)
            return EnvdAccess.Carries(http, info, now);
        return info.Spec.Ingress.Public
            || (info.TrafficToken is { } expected && AccessTokens.Match(http.Request.Headers[TrafficTokens.Header].ToString(), expected));
    }
}
