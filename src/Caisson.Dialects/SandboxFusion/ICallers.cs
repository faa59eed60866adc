using Microsoft.AspNetCore.Http;

namespace Caisson.Dialects.SandboxFusion;

/// <summary>Says on whose behalf a request runs; clients of this protocol send no key.</summary>
public interface ICallers
{
    /// <summary>The tenant of a request, or null when it must be refused.</summary>
    ValueTask<string?> TenantOfAsync(HttpContext context);
}
