using System.Runtime.CompilerServices;
using System.Text.Json;
using Caisson.Server.Tests.Fakes;
using Xunit;

namespace Caisson.Server.Tests;

public sealed class OpenApiTests(ServerUnderTest server) : IClassFixture<ServerUnderTest>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_committed_document_is_what_the_server_serves()
    {
        var served = await server.Http.GetStringAsync("/v1/openapi.json", Cancellation);
        var path = Path.Combine(Here(), "../../docs/openapi.json");
        if (Environment.GetEnvironmentVariable("CAISSON_UPDATE") == "1")
            await File.WriteAllTextAsync(path, served.TrimEnd() + "\n", Cancellation);
        Assert.Equal((await File.ReadAllTextAsync(path, Cancellation)).TrimEnd(), served.TrimEnd());
    }

    [Fact]
    public async Task Every_operation_is_named_and_summarised()
    {
        var served = JsonSerializer.Deserialize<JsonElement>(await server.Http.GetStringAsync("/v1/openapi.json", Cancellation));
        var operations = served.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).ToArray();
        Assert.Equal(69, operations.Length);
        Assert.All(operations, operation => Assert.True(
            operation.Value.TryGetProperty("summary", out _) && operation.Value.TryGetProperty("operationId", out _)));
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
