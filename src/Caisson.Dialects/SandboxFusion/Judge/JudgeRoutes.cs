using System.Text.Json;
using Caisson.Dialects.SandboxFusion.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Caisson.Dialects.SandboxFusion.Judge;

/// <summary>The judge's routes; this server registers no data sets of its own, each request gives its rows.</summary>
internal static class JudgeRoutes
{
    private const long Everything = 1_000_000;

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet("/list_datasets", ListAsync).ExcludeFromDescription();
        FusionEndpoint.Map(endpoints, "/submit", (services, body, tenant, cancellation) =>
            services.GetRequiredService<Submissions>().JudgeAsync(tenant, body, cancellation), FusionJson.Default.EvalResult);
        FusionEndpoint.Map(endpoints, "/list_ids", (_, body, _, _) => Task.FromResult<IReadOnlyList<JsonElement>>([.. Page(body).Select(Id)]), FusionJson.Default.Ids);
        FusionEndpoint.Map(endpoints, "/get_prompts", (_, body, _, _) => Task.FromResult<IReadOnlyList<Prompt>>([.. Page(body).Select(PromptOf)]), FusionJson.Default.Prompts);
        FusionEndpoint.Map(endpoints, "/get_prompt_by_id", (_, body, _, _) => Task.FromResult(One(body)), FusionJson.Default.Prompt);
        FusionEndpoint.Map(endpoints, "/get_metrics", (_, body, _, _) =>
        {
            TestConfig.Read(body);
            return Task.FromResult<IReadOnlyDictionary<string, string>>(new Dictionary<string, string>(StringComparer.Ordinal));
        }, FusionJson.Default.TextMap);
        FusionEndpoint.Map(endpoints, "/get_metrics_function", (_, body, _, _) =>
        {
            TestConfig.Read(body);
            return Task.FromResult(new MetricsFunction(null));
        }, FusionJson.Default.MetricsFunction);
    }

    private static async Task ListAsync(HttpContext context)
    {
        try
        {
            await FusionEndpoint.TenantAsync(context);
            await context.Response.WriteAsJsonAsync((IReadOnlyList<string>)[], FusionJson.Default.Texts, cancellationToken: context.RequestAborted);
        }
        catch (FusionException failure)
        {
            await FusionEndpoint.FailAsync(context, "/list_datasets", failure);
        }
    }

    private static IEnumerable<JsonElement> Page(BodyReader body)
    {
        var (offset, limit) = (body.Integer("offset", 0), body.Integer("limit", Everything));
        return TestConfig.Read(body).Rows().Skip((int)Math.Clamp(offset, 0, int.MaxValue)).Take((int)Math.Clamp(limit, 0, int.MaxValue));
    }

    private static Prompt One(BodyReader body)
    {
        var config = TestConfig.Read(body);
        config.Row();
        return PromptOf(config.ProvidedData!.Value);
    }

    private static JsonElement Id(JsonElement row) => new BodyReader(row).Find("id") ?? throw FusionException.Bad("a row has no id");

    private static Prompt PromptOf(JsonElement row)
    {
        var reader = new BodyReader(row);
        return new Prompt(Id(row), reader.Find("content") ?? throw FusionException.Bad("a row has no content"), reader.Find("labels") ?? JsonElement.Parse("{}"));
    }
}
