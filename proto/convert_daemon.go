package proto

import (
	"github.com/locust-http/locust-http/load"
	"github.com/locust-http/locust-http/proto/internal/pb"
)

func standingToPB(s load.Standing) *pb.Standing {
	return &pb.Standing{Draining: s.Draining, Tenures: each(s.Tenures, tenancyToPB)}
}

func standingFromPB(s *pb.Standing) load.Standing {
	return load.Standing{Draining: s.GetDraining(), Tenures: each(s.GetTenures(), tenancyFromPB)}
}

func tenancyToPB(t load.Tenancy) *pb.Tenancy {
	return &pb.Tenancy{
		Run: t.Run, Owner: t.Owner, Began: timeToPB(t.Began), Ended: t.Ended,
		Silent: durationToPB(t.Silent), FreeIn: durationToPB(t.FreeIn),
	}
}

func tenancyFromPB(t *pb.Tenancy) load.Tenancy {
	return load.Tenancy{
		Run: t.GetRun(), Owner: t.GetOwner(), Began: timeFromPB(t.GetBegan()), Ended: t.GetEnded(),
		Silent: durationFromPB(t.GetSilent()), FreeIn: durationFromPB(t.GetFreeIn()),
	}
}

func inspectionToPB(i *load.Inspection) *pb.Inspection {
	return &pb.Inspection{
		Standing: standingToPB(i.Standing), Flags: each(i.Flags, flagToPB), Version: spoken(i.Version), Go: i.Go, Os: i.OS,
		Process: int64(i.Process), Cores: int64(i.Cores), Threads: int64(i.Threads), Memory: i.Memory, OpenFiles: i.OpenFiles,
		Started: timeToPB(i.Started), Clock: timeToPB(i.Clock), Lines: each(i.Lines, numberedLineToPB), Last: i.Last,
	}
}

func inspectionFromPB(i *pb.Inspection) *load.Inspection {
	return &load.Inspection{
		Standing: standingFromPB(i.GetStanding()),
		Setup: load.Setup{
			Flags: each(i.GetFlags(), flagFromPB), Version: i.GetVersion(), Go: i.GetGo(), OS: i.GetOs(),
			Process: int(i.GetProcess()), Cores: int(i.GetCores()), Threads: int(i.GetThreads()), Memory: i.GetMemory(), OpenFiles: i.GetOpenFiles(),
			Started: timeFromPB(i.GetStarted()), Clock: timeFromPB(i.GetClock()),
		},
		Lines: each(i.GetLines(), numberedLineFromPB), Last: i.GetLast(),
	}
}

func flagToPB(f load.Flag) *pb.Flag {
	return &pb.Flag{Name: spoken(f.Name), Value: spoken(f.Value), Given: f.Given}
}

func flagFromPB(f *pb.Flag) load.Flag {
	return load.Flag{Name: f.GetName(), Value: f.GetValue(), Given: f.GetGiven()}
}

func numberedLineToPB(l load.NumberedLine) *pb.NumberedLine {
	return &pb.NumberedLine{Number: l.Number, Line: logLineToPB(l.LogLine)}
}

func numberedLineFromPB(l *pb.NumberedLine) load.NumberedLine {
	return load.NumberedLine{Number: l.GetNumber(), LogLine: logLineFromPB(l.GetLine())}
}
