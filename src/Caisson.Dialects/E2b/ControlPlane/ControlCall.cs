using Caisson.Core.Sandboxes;
using Caisson.Dialects.E2b.Http;
using Caisson.Engine.Sandboxes;
using Caisson.Engine.Templates;
using Caisson.Interpreter;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>One authenticated control-plane request.</summary>
internal sealed class ControlCall(HttpContext http, Caller caller)
{
    public HttpContext Http => http;

    public string Tenant => caller.Tenant;

    public CancellationToken Cancellation => http.RequestAborted;

    public ISandboxEngine Engine { get; } = http.RequestServices.GetRequiredService<ISandboxEngine>();

    public ITemplateCatalog Templates { get; } = http.RequestServices.GetRequiredService<ITemplateCatalog>();

    /// <summary>Templates and their builds, or null on a server without them.</summary>
    public ITemplateEngine? BuildsIfAny { get; } = http.RequestServices.GetService<ITemplateEngine>();

    /// <summary>Templates and their builds.</summary>
    public ITemplateEngine Builds => BuildsIfAny ?? throw Unsupported.Feature("building templates");

    public ICodeInterpreter Interpreter { get; } = http.RequestServices.GetRequiredService<ICodeInterpreter>();

    public E2bOptions Options { get; } = http.RequestServices.GetRequiredService<IOptions<E2bOptions>>().Value;

    public KillClaims Kills { get; } = http.RequestServices.GetRequiredService<KillClaims>();

    public TimeProvider Time { get; } = http.RequestServices.GetRequiredService<TimeProvider>();

    public static E2bHttpException NotFound(string id) => new(404, $"sandbox \"{id}\" doesn't exist or you don't have access to it");

    public static bool IsEnding(ISandbox sandbox) => sandbox.Info.State is SandboxState.Stopping or SandboxState.Stopped or SandboxState.Failed;

    /// <summary>The caller's sandbox that the path names; one that is ending is gone, as it is for the requests to the sandbox itself.</summary>
    public ISandbox Sandbox()
    {
        var sandbox = SandboxOrEnding();
        return IsEnding(sandbox) ? throw NotFound(sandbox.Info.Id.Value) : sandbox;
    }

    /// <summary>The caller's sandbox that the path names, even while it is being taken down.</summary>
    public ISandbox SandboxOrEnding()
    {
        var id = http.GetRouteValue("id") as string ?? "";
        if (!SandboxId.TryParse(id, out _))
            throw NotFound(id);
        return Engine.Get(Tenant, id);
    }

    public string Query(string name) => http.Request.Query[name].ToString();

    public void NoContent() => http.Response.StatusCode = StatusCodes.Status204NoContent;
}
