//! Moves a run from one backend to another: because somebody asked for it, because the other is faster, or because the
//! GPU was lost.

use super::choice::{Choice, Wanted, race};
use super::{Message, Session, Shared};
use crate::backend::machine::Accelerator;
use crate::backend::{Backend, Failure, Tap};
use crate::refusal::Refusal;

impl Session {
    /// Continues the run on the CPU after a failure of the GPU, from the last state that was kept.
    pub(super) fn fall_back(&mut self, why: &Failure) {
        if !self.on_gpu {
            return;
        }
        self.move_to(None);
        let step = self.trainer.step();
        let notice = format!("WebGPU stopped: {why}. The run continues on the CPU from step {step}.");
        self.choice = Choice { adapter: self.choice.adapter.take(), ..Choice::new(Wanted::Cpu, &*notice) };
        self.messages.push_back(Message::Notice(notice));
    }

    /// Moves the run to the GPU's backend; `None` moves it to the CPU's.
    fn move_to(&mut self, gpu: Option<Box<dyn Backend>>) {
        self.on_gpu = gpu.is_some();
        self.kept_at = self.machine.seconds();
        let backend = gpu.unwrap_or_else(|| self.machine.cpu(self.trainer.plan(), self.workers));
        self.trainer.move_to(backend);
    }

    /// Whether `Shared::settle` opens the GPU to give this session the backend that it requests.
    pub fn opens_gpu(&self) -> bool {
        match (self.choice.wanted, self.machine.adapter()) {
            (Wanted::Cpu, _) | (Wanted::Auto, None) => false,
            (Wanted::Auto, Some(adapter)) => !adapter.is_software(),
            (Wanted::WebGpu, _) => true,
        }
    }

    fn hold(&mut self) {
        self.held.get_or_insert_default();
    }

    fn go_on(&mut self) {
        for waiting in self.held.take().into_iter().flatten() {
            let _ = waiting.send(());
        }
    }
}

impl Shared {
    /// Moves the run to the requested backend; `Wanted::Auto` requests the faster one.
    ///
    /// # Errors
    /// WebGPU is requested and cannot be used. The run stays where it is.
    pub async fn settle(self, wanted: Wanted) -> Result<(), Refusal> {
        let (accelerator, choice) = self.choose(wanted).await?;
        if accelerator.is_some() || self.borrow().on_gpu {
            self.borrow_mut().hold();
            self.refresh().await;
            let state = self.borrow_mut().trainer.read_state();
            let state = state.await;
            let session = &mut *self.borrow_mut();
            let failure = state.map(|state| session.trainer.keep(state)).err();
            session.move_to(accelerator.map(|accelerator| accelerator.backend));
            if let Some(why) = failure {
                let step = session.trainer.step();
                let notice = format!("WebGPU stopped: {why}. The run continues from step {step}.");
                session.messages.push_back(Message::Notice(notice));
            }
        }
        let session = &mut *self.borrow_mut();
        session.choice = Choice { speeds: choice.speeds.or(session.choice.speeds), ..choice };
        session.go_on();
        Ok(())
    }

    /// Measures both backends on the session's network. The run stays where it is.
    ///
    /// # Errors
    /// WebGPU cannot be used.
    pub async fn compare(self) -> Result<(), Refusal> {
        let accelerator = self.open_gpu().await;
        let accelerator = accelerator.map_err(|why| Refusal::new(format!("WebGPU cannot be used: {why}")))?;
        let wanted = self.borrow().choice.wanted;
        let (_, choice) = self.measured(wanted, accelerator).await;
        let session = &mut *self.borrow_mut();
        session.choice = choice;
        session.go_on();
        Ok(())
    }

    /// Chooses the GPU, or None for the CPU, and gives the reason.
    async fn choose(&self, wanted: Wanted) -> Result<(Option<Accelerator>, Choice), Refusal> {
        let adapter = self.borrow().machine.adapter().cloned();
        match (wanted, adapter) {
            (Wanted::Cpu, _) => Ok((None, Choice::new(wanted, "The CPU was asked for."))),
            (Wanted::Auto, None) => Ok((None, Choice::new(wanted, "There is no WebGPU here."))),
            (Wanted::Auto, Some(adapter)) if adapter.is_software() => {
                Ok((None, Choice::without_hardware(wanted, &adapter.name)))
            }
            (Wanted::Auto, Some(_)) => match self.open_gpu().await {
                Err(why) => Ok((None, unusable(wanted, &why))),
                Ok(accelerator) => {
                    let (accelerator, choice) = self.measured(wanted, accelerator).await;
                    let is_faster = choice.speeds.is_some_and(|speeds| speeds.webgpu > speeds.cpu);
                    Ok((accelerator.filter(|_| is_faster), choice))
                }
            },
            (Wanted::WebGpu, _) => {
                let accelerator = self.open_gpu().await;
                let accelerator =
                    accelerator.map_err(|why| Refusal::new(format!("WebGPU cannot be used: {why}; give \"cpu\"")))?;
                let adapter = Some(accelerator.adapter.name.clone());
                Ok((Some(accelerator), Choice { adapter, ..Choice::new(wanted, "WebGPU was asked for.") }))
            }
        }
    }

    async fn open_gpu(&self) -> Result<Accelerator, Failure> {
        let gpu = {
            let session = self.borrow();
            session.machine.gpu(session.trainer.plan())
        };
        gpu.await
    }

    /// Measures the GPU against the CPU, and returns the GPU unless it failed. Training pauses until the caller resumes
    /// it.
    async fn measured(&self, wanted: Wanted, mut accelerator: Accelerator) -> (Option<Accelerator>, Choice) {
        self.borrow_mut().hold();
        // Work that is still running on the GPU would make it seem slow, so wait for its end.
        let idle = self.borrow_mut().trainer.backend().read(Tap::Loss);
        let _ = idle.await;
        let (machine, plan, batch_size, mut cpu) = {
            let Session { machine, trainer, workers, .. } = &*self.borrow();
            let cpu = machine.cpu(trainer.plan(), *workers);
            (machine.clone(), trainer.plan().clone(), trainer.settings().batch_size as usize, cpu)
        };
        match race(&*machine, &plan, &mut *cpu, &mut *accelerator.backend, batch_size).await {
            Ok(speeds) => {
                let choice = Choice::measured(wanted, &accelerator, speeds);
                (Some(accelerator), choice)
            }
            Err(why) => (None, unusable(wanted, &why)),
        }
    }
}

fn unusable(wanted: Wanted, why: &Failure) -> Choice {
    Choice::new(wanted, format!("WebGPU cannot be used: {why}."))
}
