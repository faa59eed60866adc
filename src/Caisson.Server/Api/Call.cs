using System.Reflection;
using Caisson.Engine.Sandboxes;
using Caisson.Server.Auth;

namespace Caisson.Server.Api;

/// <summary>One authorised request: who calls, and the way to what is theirs.</summary>
internal sealed class Call(ApiCaller caller, Authorizer authorizer) : IBindableFromHttpContext<Call>
{
    /// <summary>Who calls.</summary>
    public ApiCaller Caller => caller;

    /// <inheritdoc/>
    public static ValueTask<Call?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<Call?>(new Call(
            context.Features.Get<ApiCaller>()!,
            context.RequestServices.GetRequiredService<Authorizer>()));

    /// <summary>The caller's own sandbox of that id, or a NotFound failure.</summary>
    public ISandbox Sandbox(string id) => authorizer.Sandbox(caller, id);
}
