using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.SandboxFusion.Tests;

internal sealed class OneTenant : ICallers
{
    public ValueTask<string?> TenantOfAsync(HttpContext context) => ValueTask.FromResult<string?>(context.Request.Headers.ContainsKey("X-Stranger") ? null : "trainer");
}
