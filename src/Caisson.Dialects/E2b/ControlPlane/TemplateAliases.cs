using Caisson.Dialects.E2b.ControlPlane.Wire;
using Caisson.Dialects.E2b.Http;
using Microsoft.AspNetCore.Routing;

namespace Caisson.Dialects.E2b.ControlPlane;

/// <summary>Whether a template of some name exists.</summary>
internal static class TemplateAliases
{
    public static async Task GetAsync(ControlCall call)
    {
        var name = call.Http.GetRouteValue("name") as string ?? "";
        var template = await call.Templates.FindAsync(call.Tenant, name, call.Cancellation)
            ?? throw new E2bHttpException(404, $"template '{name}' not found");
        await E2bResponses.WriteAsync(call.Http, 200, new TemplateAlias(template.Id, Public: true), E2bJson.Default.TemplateAlias);
    }
}
