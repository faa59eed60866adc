using System.Reflection;
using System.Runtime.CompilerServices;
using Xunit;

namespace Caisson.Client.Tests;

public sealed class PublicApiTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public async Task The_public_surface_is_the_one_that_was_agreed_on()
    {
        var path = Path.Combine(Here(), "PublicApi.txt");
        var lines = typeof(CaissonClient).Assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal).SelectMany(type =>
            type.GetMembers(Declared).Where(member => member is not MethodInfo { IsSpecialName: true }).Select(member => $"  {member}")
                .Order(StringComparer.Ordinal).Prepend(type.FullName!));
        var actual = string.Join('\n', lines) + "\n";
        if (Environment.GetEnvironmentVariable("CAISSON_UPDATE") == "1")
            await File.WriteAllTextAsync(path, actual, TestContext.Current.CancellationToken);
        Assert.Equal(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken), actual);
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
