using Caisson.Rollouts.Tests.Ground;

namespace Caisson.Rollouts.Tests;

/// <summary>Every language whose toolchain is on this host runs; every other says which program is missing.</summary>
public sealed class LanguageTests(SharedServer server)
{
    private static readonly string[] _folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin"];

    public static TheoryData<string, string, string> Programs => new()
    {
        { "python", "python3", "print(6*7)" },
        { "pytest", "pytest", "def test_it():\n    print('x')\n    assert 6*7 == 42, '42'\n" },
        { "cpp", "g++", "#include <iostream>\nint main(){ std::cout << 6*7; }" },
        { "csharp", "dotnet", "Console.WriteLine(6*7);" },
        { "go", "go", "package main\nimport \"fmt\"\nfunc main(){ fmt.Println(6*7) }" },
        { "go_test", "go", "package main\nimport \"testing\"\nfunc TestIt(t *testing.T){ if 6*7 != 42 { t.Fatal() } }" },
        { "java", "javac", "public class Main { public static void main(String[] a){ System.out.println(6*7); } }" },
        { "junit", "/usr/share/java/junit-platform-console.jar", "import org.junit.jupiter.api.*;\npublic class SumTest { @Test void sum(){ System.out.println(42); Assertions.assertEquals(42, 6*7); } }" },
        { "nodejs", "node", "console.log(6*7)" },
        // Types are stripped and never looked at, as the protocol's own runner does it.
        { "typescript", "ts-node", "const x: string = 6*7; console.log(x)" },
        { "jest", "jest", "test('x', () => { expect(6*7).toBe(42) })" },
        { "php", "php", "echo 6*7;" },
        { "rust", "rustc", "fn main(){ println!(\"{}\", 6*7); }" },
        { "bash", "bash", "echo $((6*7))" },
        { "lua", "lua5.4", "print(6*7)" },
        { "R", "Rscript", "cat(6*7)" },
        { "perl", "perl", "print 6*7" },
        { "D_ut", "ldc2", "import std.stdio;\nunittest { assert(6*7 == 42); }\nvoid main(){ writeln(6*7); }" },
        { "ruby", "ruby", "puts 6*7" },
        { "scala", "scala", "object Sum { def main(a: Array[String]): Unit = println(6*7) }" },
        { "julia", "julia", "println(6*7)" },
        { "kotlin_script", "kotlin", "println(6*7)" },
        { "verilog", "iverilog", "module tb; initial begin $display(\"%0d\", 6*7); $finish; end endmodule" },
        { "swift", "swiftc", "print(6*7)" },
        { "racket", "racket", "#lang racket\n(display (* 6 7))" },
        { "sql", "sqlite3", "select 6*7;" },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_language_runs_or_names_what_is_missing(string language, string program, string code)
    {
        var body = await server.FusionAsync("/run_code", new { code, language, compile_timeout = 60, run_timeout = 90 });
        if (!Installed(program))
        {
            Assert.Equal("SandboxError", body.GetProperty("status").GetString());
            Assert.Contains(program, body.GetProperty("message").GetString(), StringComparison.Ordinal);
            return;
        }

        Assert.True(body.GetProperty("status").GetString() == "Success", body.ToString());
        if (language is not ("pytest" or "go_test" or "D_ut"))
            Assert.Contains("42", body.GetProperty("run_result").GetProperty("stdout").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cpp", "g++", "int main(){ return 1 }", true)]
    [InlineData("java", "javac", "public class Main { x }", true)]
    [InlineData("python", "python3", "raise SystemExit(5)", false)]
    [InlineData("pytest", "pytest", "def test_it():\n    assert False\n", false)]
    [InlineData("sql", "sqlite3", "select nonsense;", false)]
    [InlineData("junit", "/usr/share/java/junit-platform-console.jar", "import org.junit.jupiter.api.*;\npublic class SumTest { @Test void sum(){ Assertions.assertEquals(41, 6*7); } }", false)]
    public async Task Code_that_is_wrong_fails_where_it_is_wrong(string language, string program, string code, bool compiling)
    {
        Assert.SkipUnless(Installed(program), $"{program} is not installed");
        var body = await server.FusionAsync("/run_code", new { code, language, compile_timeout = 60, run_timeout = 60 });
        Assert.Equal("Failed", body.GetProperty("status").GetString());
        Assert.Equal(compiling, body.GetProperty("run_result").ValueKind == System.Text.Json.JsonValueKind.Null);
    }

    private static bool Installed(string program) => program.StartsWith('/') ? File.Exists(program) : _folders.Any(folder => File.Exists(Path.Combine(folder, program)));
}
